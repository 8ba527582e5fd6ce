using System.CommandLine;
using Lab.Deployment.Resources;

namespace Lab.Deployer.Commands;

/// <summary><c>terminate</c>: ends nodes.</summary>
internal static class TerminateCommand
{
    private static readonly Argument<string[]> Named = ChosenNodes.Argument("terminate");

    public static Command Create() =>
        Verb.Create(
            "terminate",
            """
            Terminate nodes of the lab with their disks, and nothing else.

            Examples:
              lab-deploy terminate cp1
              lab-deploy terminate i-0123456789abcdef0
              lab-deploy terminate --yes
            """,
            async (session, arguments, cancellationToken) =>
                await EndAsync(session, arguments, await ChosenNodes.FindAsync(session, arguments.GetValue(Named), cancellationToken), cancellationToken),
            Named,
            Options.Yes
        );

    /// <summary>Asks, ends, reports.</summary>
    internal static async Task<int> EndAsync(Session session, ParseResult arguments, IReadOnlyList<NodeInstance> nodes, CancellationToken cancellationToken)
    {
        if (nodes.Count > 0)
        {
            await Question.DemandAsync(arguments, $"Terminate {ChosenNodes.Names(nodes)}?", cancellationToken);
            await NodeInstances.TerminateAsync(session.Aws, session.Lab, [.. nodes.Select(node => node.Id)], cancellationToken);
        }

        return ChosenNodes.Report(session, "Terminated", nodes);
    }
}
