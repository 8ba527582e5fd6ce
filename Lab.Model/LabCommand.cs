namespace Lab.Model;

/// <summary>How the program <c>lab</c> is run here, for messages that name a command to copy.</summary>
public static class LabCommand
{
    /// <summary>In a clone that is <c>dotnet run</c>; elsewhere the program is installed and has its own name.</summary>
    public static string Program { get; } = IsInSources(AppContext.BaseDirectory) ? "dotnet run --project Lab.Cli --" : "lab";

    /// <summary>Verbs that are about no lab of their own, or about a new one.</summary>
    public static IReadOnlySet<string> OfNoLab { get; } = new HashSet<string> { "completion", "doctor", "help", "init", "ps", "schema", "version" };

    /// <summary>Verbs that are about a lab file, whatever the lab is called.</summary>
    public static IReadOnlySet<string> OfFile { get; } = new HashSet<string> { "adopt", "check", "reservations" };

    /// <summary>A whole command, for the same lab: <c>lab logs dnsmasq --name garage</c>.</summary>
    /// <param name="arguments">The verb and what follows it.</param>
    public static string Line(string arguments) => Line(arguments, ChosenLab.Options);

    internal static string Line(string arguments, IReadOnlyList<KeyValuePair<string, string>> chosen) =>
        $"{Program} {ChosenLab.With(chosen, arguments, option => Takes(arguments, option))}";

    private static bool Takes(string arguments, string option) =>
        arguments.Split(' ') is var words
        && !OfNoLab.Contains(words[0])
        && !words[0].StartsWith('-')
        && !words.Contains("--all")
        && (option == "--file" || (option == "--name" && !OfFile.Contains(words[0])));

    private static bool IsInSources(string folder)
    {
        for (var above = new DirectoryInfo(folder); above is not null; above = above.Parent)
        {
            if (File.Exists(Path.Combine(above.FullName, "Lab.Cli", "Lab.Cli.csproj")))
            {
                return true;
            }
        }

        return false;
    }
}
