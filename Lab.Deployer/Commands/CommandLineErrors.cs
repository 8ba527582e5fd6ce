using System.CommandLine;

namespace Lab.Deployer.Commands;

/// <summary>What to say of a command line that is not understood.</summary>
internal static class CommandLineErrors
{
    private const string Unmatched = "Unrecognized command or argument";

    /// <summary>All that is wrong with it, a line each, and where the help is.</summary>
    /// <param name="parsed">The command line, with errors.</param>
    /// <param name="program">How the program is run.</param>
    public static string Text(ParseResult parsed, string program)
    {
        var command = parsed.CommandResult.Command;
        var verb = command is RootCommand ? "" : $" {command.Name}";
        IEnumerable<string> unknown = parsed.UnmatchedTokens is [var first, ..] ? [Unknown(command, first)] : [];
        var others = parsed.Errors.Select(error => error.Message).Where(message => !message.StartsWith(Unmatched, StringComparison.Ordinal));
        return string.Join('\n', [.. unknown, .. others, $"See: {program}{verb} --help"]);
    }

    private static string Unknown(Command command, string token) => (command, token) switch
    {
        (RootCommand, ['-', ..]) => $"There is no option {token}.",
        (RootCommand, _) => $"There is no verb '{token}'. There are: {string.Join(", ", command.Subcommands.Where(verb => !verb.Hidden).Select(verb => verb.Name).Order(StringComparer.Ordinal))}.",
        (_, ['-', ..]) => $"{command.Name} has no option {token}.",
        _ => $"{command.Name} takes no '{token}'{(command.Arguments.Count == 0 ? "" : " beside what it was given")}.",
    };
}
