using System.CommandLine;
using Lab.CommandLine;
using Lab.Deployment.Aws;
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
    public static Command Create(
        string name,
        string description,
        Func<Session, ParseResult, CancellationToken, Task<int>> run,
        params IReadOnlyList<Symbol> symbols
    )
    {
        var command = Plain(name, description, symbols);
        command.SetAction(Action(run));
        return command;
    }

    /// <summary>What a verb does.</summary>
    public static Func<ParseResult, CancellationToken, Task<int>> Action(Func<Session, ParseResult, CancellationToken, Task<int>> run) =>
        async (arguments, cancellationToken) =>
        {
            Session? opened = null;
            try
            {
                await using var session = opened = await Session.OpenAsync(arguments, TimeProvider.System, cancellationToken);
                return await run(session, arguments, cancellationToken);
            }
            catch (Exception e) when (cancellationToken.IsCancellationRequested && (e is LabException || AwsErrors.Explain(e) is not null))
            {
                throw new LabException(Interrupted(opened), Interruption.ExitCode, e);
            }
        };

    private static string Interrupted(Session? session) =>
        session?.Aws is not { HasWritten: true } aws ? "Interrupted. Nothing was changed."
        : aws.LeaseEnd is { } lease ? $"Interrupted. What was done so far stays, and {lease}; run the command again to continue."
        : "Interrupted. What was done so far stays; run the command again to continue.";

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
