using System.CommandLine;
using System.CommandLine.Parsing;
using Lab.Model;

namespace Lab.CommandLine;

/// <summary>Which lab a command line is about, for the commands that its messages name.</summary>
public static class ChosenOptions
{
    /// <summary>Has messages repeat what of some options was given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="options">The options that choose a lab.</param>
    public static void Keep(ParseResult parsed, IReadOnlyList<Option> options) =>
        ChosenLab.Options = [
            .. Given(parsed.CommandResult)
                .Where(given => options.Contains(given.Option) && given.Tokens.Count == 1)
                .Select(given => KeyValuePair.Create(given.Option.Name, given.Tokens[0].Value)),
        ];

    private static IEnumerable<OptionResult> Given(CommandResult command) =>
        command.Children.OfType<OptionResult>().Where(option => !option.Implicit).Concat(command.Parent is CommandResult parent ? Given(parent) : []);
}
