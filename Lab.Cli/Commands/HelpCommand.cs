using System.CommandLine;
using Lab.CommandLine;
using Lab.Model;

namespace LabCli.Commands;

/// <summary><c>help VERB</c>: the same as <c>VERB --help</c>.</summary>
internal static class HelpCommand
{
    private static readonly Argument<string?> Verb = new("verb")
    {
        Description = "The verb to explain; without one, the program.",
        HelpName = "verb",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create(RootCommand root)
    {
        var command = new VerbCommand("help", "Explain a verb: its options, examples and exit codes.") { Verb };
        Verb.CompletionSources.Add(_ => root.Subcommands.Select(verb => new System.CommandLine.Completions.CompletionItem(verb.Name)));
        command.SetAction(arguments =>
        {
            var verb = arguments.GetValue(Verb);
            var names = root.Subcommands.Select(each => each.Name).ToList();
            if (verb is not null && !names.Contains(verb))
            {
                throw new LabException(
                    $"There is no verb '{verb}'.{(Nearest.Of(verb, names) is { } near ? $" Did you mean {near}?" : "")} There are: {string.Join(", ", names.Order(StringComparer.Ordinal))}."
                );
            }

            return root.Parse(verb is null ? ["--help"] : [verb, "--help"]).Invoke();
        });
        return command;
    }
}
