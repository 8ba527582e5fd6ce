using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Lab.CommandLine;

/// <summary>The help of a verb with its exit codes and examples below; a list of verbs has only their first paragraphs.</summary>
public sealed class VerbHelp(HelpAction listing) : SynchronousCommandLineAction
{
    /// <summary>Gives a program's help to its verbs.</summary>
    public static void Install(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new VerbHelp((HelpAction)help.Action!);
    }

    /// <inheritdoc />
    public override int Invoke(ParseResult parseResult)
    {
        var code = listing.Invoke(parseResult);
        if (parseResult.CommandResult.Command is VerbCommand { Details.Length: > 0 } verb)
        {
            Output.Line(verb.Details);
        }

        return code;
    }
}
