using System.CommandLine;
using System.Globalization;
using Lab.Deployment.Resources;
using Lab.Model.Definition;
using Lab.Model.Pricing;

namespace Lab.Deployer.Commands;

/// <summary><c>stop</c>: the specification's "terminate all non-bastion instances", for this lab only, or with their disks kept.</summary>
internal static class StopCommand
{
    private static readonly Argument<string[]> Named = ChosenNodes.Argument("stop");

    private static readonly Option<bool> KeepDisks = new("--keep-disks")
    {
        Description = "Stop the instances instead of terminating them: their disks stay, and are paid, until: lab-deploy start",
    };

    public static Command Create() =>
        Verb.Create(
            "stop",
            """
            Stop the spending on nodes: terminate every instance of this lab but the bastion. Found by the lab's tags; nothing else is touched. With --keep-disks they are stopped, and start again with all that is on their disks.

            Examples:
              lab-deploy stop --target aws --yes
              lab-deploy stop --keep-disks cp1
            """,
            RunAsync,
            Named,
            KeepDisks,
            Options.Yes
        );

    private static async Task<int> RunAsync(Session session, ParseResult arguments, CancellationToken cancellationToken)
    {
        var nodes = await ChosenNodes.FindAsync(session, arguments.GetValue(Named), cancellationToken);
        if (!arguments.GetValue(KeepDisks))
        {
            return await TerminateCommand.EndAsync(session, arguments, nodes, cancellationToken);
        }

        await NodeInstances.StopAsync(session.Aws, session.Lab, nodes, cancellationToken);
        if (!session.Target.IsLocal && nodes.Count > 0)
        {
            await Console.Error.WriteLineAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Their disks cost ${Estimate.ForDisks([.. nodes.Select(node => NodeLaunch.OfInstance(session.Lab, node.Name))]):0.00} a month until they are terminated."
                )
            );
        }

        return ChosenNodes.Report(session, "Stopped", nodes);
    }
}
