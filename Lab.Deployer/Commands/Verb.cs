using System.CommandLine;
using Lab.Deployer.Aws;
using Lab.Model;

namespace Lab.Deployer.Commands;

/// <summary>Makes a verb: opens the session, runs, closes.</summary>
internal static class Verb
{
    /// <summary>The exit code of a plan that has changes, as Terraform's <c>-detailed-exitcode</c>.</summary>
    public const int Changes = 2;

    /// <summary>The exit code of a refused price.</summary>
    public const int OverBudget = 3;

    /// <summary>A verb that looks at AWS.</summary>
    public static Command Create(string name, string description, Func<Session, ParseResult, CancellationToken, Task<int>> run, params IReadOnlyList<Symbol> symbols)
    {
        var command = Plain(name, description, symbols);
        command.SetAction(Action(run));
        return command;
    }

    /// <summary>What a verb does.</summary>
    public static Func<ParseResult, CancellationToken, Task<int>> Action(Func<Session, ParseResult, CancellationToken, Task<int>> run) => async (arguments, cancellationToken) =>
    {
        try
        {
            await using var session = await Session.OpenAsync(arguments, TimeProvider.System, cancellationToken);
            return await run(session, arguments, cancellationToken);
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested && (e is LabException || AwsErrors.Explain(e) is not null))
        {
            throw new LabException("Interrupted. What was done so far stays, and the lease is given back; run the command again to go on.", Interruption.ExitCode, e);
        }
    };

    /// <summary>A verb without an action yet.</summary>
    public static Command Plain(string name, string description, params IReadOnlyList<Symbol> symbols)
    {
        var command = new VerbCommand(name, description.ReplaceLineEndings("\n"));
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Arguments.Add(argument);
            }
            else
            {
                command.Options.Add((Option)symbol);
            }
        }

        return command;
    }
}

/// <summary>A verb: its description's first paragraph for lists of verbs, the rest for its own help.</summary>
internal sealed class VerbCommand(string name, string description) : Command(name, description.Split("\n\n")[0])
{
    /// <summary>Exit codes and examples.</summary>
    public string Details { get; } = string.Join("\n\n", description.Split("\n\n")[1..]);
}
