namespace Lab.Model;

/// <summary>The options with which this command's lab was chosen. A command in a message repeats them: who copies it acts on the same lab.</summary>
public static class ChosenLab
{
    private const string PassedOn = " -- ";

    /// <summary>The options as given; set once, where the command line is read.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Options { get; set; } = [];

    /// <summary>The arguments of a command with those of the options that it takes and does not have, before what it passes on.</summary>
    internal static string With(IEnumerable<KeyValuePair<string, string>> options, string arguments, Func<string, bool> takes)
    {
        var words = arguments.Split(' ');
        var chosen = string.Concat(
            options.Where(option => takes(option.Key) && !words.Contains(option.Key)).Select(option => $" {option.Key} {ShellWord.Quote(option.Value)}")
        );
        return arguments.IndexOf(PassedOn, StringComparison.Ordinal) is var end and >= 0 ? arguments.Insert(end, chosen) : arguments + chosen;
    }
}
