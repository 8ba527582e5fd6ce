using Lab.Model;

namespace Lab.Runtime.State;

/// <summary>What is said of a name that no resource has.</summary>
public static class UnknownResource
{
    /// <summary>The name, the one that was meant if one is near, and all that there are.</summary>
    /// <param name="name">What was asked for.</param>
    /// <param name="known">Names of what there is.</param>
    /// <param name="kind">What is asked for: <c>resource</c> or <c>node</c>.</param>
    /// <param name="lab">How the lab is called, at the beginning of a sentence.</param>
    public static string Message(string name, IReadOnlyCollection<string> known, string kind = "resource", string lab = "The lab")
    {
        var meant = Nearest.Of(name, known) is { } near ? $" Did you mean {near}?" : "";
        return $"{lab} has no {kind} '{name}'.{meant} {(known.Count == 0 ? "It has none." : $"It has: {string.Join(", ", known)}.")}";
    }
}
