using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Lab.Deployer.Commands;

namespace Lab.Deployer.Terminal;

/// <summary>The help of a verb with its exit codes and examples below; a list of verbs has only their first paragraphs.</summary>
internal sealed class VerbHelp(HelpAction listing) : SynchronousCommandLineAction
{
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
