namespace Lab.Model.Running;

/// <summary>How many nodes are ready, in the words of terminal and runs.</summary>
public static class ReadyCount
{
    /// <summary><c>2 of 3 nodes ready</c>; of one node too, so that a number is all that differs between two lines.</summary>
    public static string Of(int ready, int all) => $"{ready} of {all} nodes ready";
}
