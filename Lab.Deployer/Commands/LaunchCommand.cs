using System.CommandLine;
using System.Globalization;
using Lab.CommandLine;
using Lab.Deployment;
using Lab.Deployment.Reconciling;
using Lab.Deployment.Resources;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Pricing;

namespace Lab.Deployer.Commands;

/// <summary><c>launch</c>: starts nodes from the launch template.</summary>
internal static class LaunchCommand
{
    private static readonly Argument<int?> Count = new Argument<int?>("N")
    {
        Description = "How many further nodes, as launch in lab.yaml has them; without it the nodes of lab.yaml that are missing.",
        Arity = ArgumentArity.ZeroOrOne,
        DefaultValueFactory = _ => null,
    }.Within("launch", 1, 20, "a number from 1 to 20");

    public static Command Create() =>
        Verb.Create(
            "launch",
            """
            Launch the nodes of lab.yaml that are missing, each by its name, with its instance type, disks and address; with N so many further ones. They start as launch.boot says: with ipxe they boot from the bastion, which must be up. On AWS Lab shows the price, and asks before it launches more than one.

            Examples:
              lab-deploy launch                      the nodes of lab.yaml
              lab-deploy launch 3 --target aws       three more
            """,
            RunAsync,
            Count,
            Options.Yes
        );

    private static async Task<int> RunAsync(Session session, ParseResult arguments, CancellationToken cancellationToken)
    {
        var lab = session.Lab;
        await using var lease = await Lease.TakeAsync(session.Aws, lab, LeaseOwner.This(), "launch", cancellationToken);
        var deployed = await DeployedLab.ReadAsync(session.Aws, lab, cancellationToken);
        NodeInstances.DemandTemplate(deployed);
        if (arguments.GetValue(Count) is { } count)
        {
            await ConfirmAsync(session, arguments, [.. Enumerable.Repeat(NodeLaunch.Further(lab), count)], cancellationToken);
            NodesCommand.Print(session, await NodeInstances.LaunchAsync(session.Aws, deployed, count, cancellationToken));
            return 0;
        }

        var present = await NodeDifferences.FindAsync(session.Aws, lab, cancellationToken);
        var missing = NodeInstances.Missing(lab, present);
        foreach (var sentence in NodeDifferences.Tell(present))
        {
            await Console.Error.WriteLineAsync(sentence);
        }

        if (missing.Count == 0 && !session.Json)
        {
            Output.Line(
                lab.Nodes.Count == 0
                    ? $"lab.yaml names no nodes. To launch some without names: {DeployCommand.Line("launch N")}"
                    : $"Every node of lab.yaml is there. See: {DeployCommand.Line("nodes")}"
            );
            return 0;
        }

        NodeInstances.DemandPossible(deployed, missing);
        await ConfirmAsync(session, arguments, [.. missing.Select(node => lab.MachineOf(node).Launch)], cancellationToken);
        List<NodeInstance> launched = [];
        try
        {
            await NodeInstances.LaunchAsync(session.Aws, deployed, missing, cancellationToken, tell: launched.Add);
        }
        catch (Exception) when (launched.Count > 0)
        {
            await Console.Error.WriteLineAsync(
                $"Launched before that: {string.Join(", ", launched.Select(node => $"{node.Name} ({node.Id})"))}. The next launch makes the rest."
            );
            throw;
        }

        NodesCommand.Print(session, launched);
        return 0;
    }

    /// <summary>An emulator's nodes cost nothing.</summary>
    private static async Task ConfirmAsync(Session session, ParseResult arguments, IReadOnlyList<NodeLaunch> nodes, CancellationToken cancellationToken)
    {
        if (session.Target.IsLocal || nodes.Count == 0)
        {
            return;
        }

        var (hour, month) = Estimate.ForNodes(session.Lab, nodes);
        var what = string.Join(
            " and ",
            nodes
                .GroupBy(node => (node.InstanceType, node.Market))
                .Select(kind => $"{kind.Count()} {kind.Key.InstanceType}{(kind.Key.Market == Market.Spot ? " (spot)" : "")}")
        );
        var price = string.Create(
            CultureInfo.InvariantCulture,
            $"{what} on {session.Target}: {(nodes.Any(node => node.Market == Market.Spot) ? "at most " : "")}${hour:0.000} an hour, ${month:0.00} a month if they run on, before what is free."
        );
        if (nodes.Count == 1)
        {
            await Console.Error.WriteLineAsync(price);
            return;
        }

        await Question.DemandAsync(arguments, $"{price} Launch them?", cancellationToken);
    }
}
