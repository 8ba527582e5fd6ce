using System.CommandLine;
using Lab.CommandLine;
using Lab.Deployer.Terminal;
using Lab.Deployment.Reconciling;
using Lab.Model;

namespace Lab.Deployer.Commands;

/// <summary>What verbs that write have in common: a question before, progress while.</summary>
internal static class Question
{
    /// <summary>Asks, unless told not to.</summary>
    /// <exception cref="LabException">The answer is no, or nobody is there to answer.</exception>
    public static async Task DemandAsync(ParseResult arguments, string question, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(Options.Yes))
        {
            return;
        }

        if (Console.IsInputRedirected)
        {
            throw new LabException("There is no terminal to ask for confirmation on. Add --yes.");
        }

        Console.Error.Write($"{question} [y/N] ");
        // On a thread of its own, for a read from a terminal cannot be ended.
        var answer = await Task.Run(Console.ReadLine, cancellationToken).WaitAsync(cancellationToken);
        if (answer?.Trim().ToLowerInvariant() is not ("y" or "yes"))
        {
            throw new LabException("Nothing was done.");
        }
    }

    /// <summary>Progress goes beside the output proper where that is for programs.</summary>
    public static IProgressView Progress(Session session) =>
        session.Json ? new ProgressView(Console.Error, terminal: null) : new ProgressView(Console.Out, Console.IsOutputRedirected ? null : VisibleTerminal.Raw);
}
