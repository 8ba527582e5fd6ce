namespace Lab.Model;

/// <summary>A command of the program <c>lab-deploy</c>, for messages that name one to copy.</summary>
public static class DeployCommand
{
    /// <summary>A whole command, for the same lab, target and account: <c>lab-deploy apply --target aws</c>.</summary>
    /// <param name="arguments">The verb and what follows it.</param>
    public static string Line(string arguments) => Line(arguments, ChosenLab.Options);

    internal static string Line(string arguments, IReadOnlyList<KeyValuePair<string, string>> chosen) =>
        $"lab-deploy {ChosenLab.With(chosen, arguments, _ => true)}";
}
