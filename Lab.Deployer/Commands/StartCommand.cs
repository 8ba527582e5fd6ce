using System.CommandLine;
using Lab.Deployment.Resources;

namespace Lab.Deployer.Commands;

/// <summary><c>start</c>: starts nodes that were stopped with their disks.</summary>
internal static class StartCommand
{
    private static readonly Argument<string[]> Named = ChosenNodes.Argument("start");

    public static Command Create() =>
        Verb.Create(
            "start",
            """
            Start nodes that were stopped with: lab-deploy stop --keep-disks. They have the disks and the addresses that they had.

            Example:
              lab-deploy start cp1 --target aws
            """,
            RunAsync,
            Named
        );

    private static async Task<int> RunAsync(Session session, ParseResult arguments, CancellationToken cancellationToken)
    {
        var nodes = await ChosenNodes.FindAsync(session, arguments.GetValue(Named), cancellationToken);
        await NodeInstances.StartAsync(session.Aws, session.Lab, [.. nodes.Select(node => node.Id)], cancellationToken);
        return ChosenNodes.Report(session, "Started", nodes);
    }
}
