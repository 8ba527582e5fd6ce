using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Lab.Model;

namespace Lab.CommandLine;

/// <summary>What to say of a command line that is not understood.</summary>
public static class CommandLineErrors
{
    /// <summary>Parses a command line. Words that nobody takes are left to <see cref="Text"/>, which knows what there is instead.</summary>
    public static ParseResult ParseWords(this RootCommand root, IReadOnlyList<string> arguments)
    {
        TakeUnmatched(root, isError: false);
        var parsed = root.Parse(arguments);
        TakeUnmatched(root, isError: true);
        return parsed;
    }

    /// <summary>All that is wrong with it, a line each, and where the help is; null when nothing is, or when help, a version or completions are asked for.</summary>
    /// <param name="parsed">The command line, from <see cref="ParseWords"/>.</param>
    /// <param name="program">How the program is run.</param>
    public static string? Text(ParseResult parsed, string program)
    {
        var command = parsed.CommandResult.Command;
        var isForTheVerb = parsed.Action is null or ParseErrorAction || parsed.Action == command.Action;
        if (!isForTheVerb)
        {
            return null;
        }

        var empty = Empty(parsed.CommandResult).ToList();
        if (parsed.UnmatchedTokens.Count == 0 && parsed.Errors.Count == 0 && empty.Count == 0)
        {
            return null;
        }

        var verb = string.Concat(Verbs(parsed.CommandResult).Select(name => $" {name}"));
        IEnumerable<string> unknown = parsed.UnmatchedTokens is [var first, ..] ? [Unknown(parsed, command, first)] : [];
        return string.Join('\n', [.. unknown, .. empty, .. parsed.Errors.Select(error => error.Message), $"See: {program}{verb} --help"]);
    }

    /// <summary>An empty value is that of a variable that is not set. Words that are passed on, to a shell in the lab, may be empty.</summary>
    private static IEnumerable<string> Empty(CommandResult command) =>
        command
            .Children.Select(symbol =>
                symbol switch
                {
                    OptionResult { Implicit: false } option when option.Tokens.Any(IsEmpty) => option.Option.Name,
                    ArgumentResult { Argument.Arity.MaximumNumberOfValues: 1 } argument when argument.Tokens.Any(IsEmpty) => argument.Argument.Name,
                    _ => null,
                }
            )
            .OfType<string>()
            .Select(name => $"{name} takes a value, found an empty one.")
            .Concat(command.Parent is CommandResult parent ? Empty(parent) : []);

    private static bool IsEmpty(Token token) => token.Value.Length == 0;

    private static IEnumerable<string> Verbs(CommandResult result) =>
        result.Command is RootCommand ? [] : [.. result.Parent is CommandResult parent ? Verbs(parent) : [], result.Command.Name];

    private static void TakeUnmatched(Command command, bool isError)
    {
        command.TreatUnmatchedTokensAsErrors = isError;
        command.Subcommands.ToList().ForEach(verb => TakeUnmatched(verb, isError));
    }

    private static string Unknown(ParseResult parsed, Command command, string token)
    {
        var verbs = command.Subcommands.Where(verb => !verb.Hidden).Select(verb => verb.Name).Order(StringComparer.Ordinal).ToList();
        return (command, token) switch
        {
            (RootCommand, ['-', ..]) => $"There is no option {token}.{Meant(token, Options(parsed))}",
            (RootCommand, _) => $"There is no verb '{token}'.{Meant(token, verbs)} There are: {string.Join(", ", verbs)}.",
            (_, ['-', ..]) => $"{command.Name} has no option {token}.{Meant(token, Options(parsed))}",
            _ => $"{command.Name} takes no '{token}'{(command.Arguments.Count == 0 ? "" : " beside what it was given")}.",
        };
    }

    private static IEnumerable<string> Options(ParseResult parsed) =>
        parsed
            .CommandResult.Command.Options.Concat(parsed.RootCommandResult.Command.Options.Where(option => option.Recursive))
            .Where(option => !option.Hidden)
            .Select(option => option.Name);

    private static string Meant(string typed, IEnumerable<string> words) => Nearest.Of(typed, words) is { } near ? $" Did you mean {near}?" : "";
}
