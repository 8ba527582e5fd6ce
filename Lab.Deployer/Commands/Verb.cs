using System.CommandLine;

namespace Lab.Deployer.Commands;

/// <summary>Makes a verb: opens the session, runs, closes.</summary>
internal static class Verb
{
    /// <summary>The exit code of a refused price.</summary>
    public const int OverBudget = 3;

    /// <summary>The exit code of a plan that has changes, as Terraform's <c>-detailed-exitcode</c>.</summary>
    public const int Changes = 2;

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
        await using var session = await Session.OpenAsync(arguments, cancellationToken);
        return await run(session, arguments, cancellationToken);
    };

    /// <summary>A verb without an action yet.</summary>
    public static Command Plain(string name, string description, params IReadOnlyList<Symbol> symbols)
    {
        var command = new Command(name, description.ReplaceLineEndings());
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
