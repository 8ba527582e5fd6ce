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
        if (deployed.IdOf("template/node") is not { } template)
        {
            throw new LabException($"There is no launch template {lab.Launch.Template} yet. Run: lab-deploy apply");
        }

        if (arguments.GetValue(Count) is { } count)
        {
            await ConfirmAsync(session, arguments, [.. Enumerable.Repeat(NodeLaunch.Further(lab), count)], cancellationToken);
            NodesCommand.Print(session, await NodeInstances.LaunchAsync(session.Aws, lab, template, count, cancellationToken));
            return 0;
        }

        var missing = NodeInstances.Missing(lab, await NodeInstances.FindAsync(session.Aws, lab, cancellationToken));
        if (missing.Count == 0 && !session.Json)
        {
            Output.Line(
                lab.Nodes.Count == 0
                    ? "lab.yaml names no nodes. To launch some without names: lab-deploy launch N"
                    : "Every node of lab.yaml is there. See: lab-deploy nodes"
            );
            return 0;
        }

        if (missing.Select(node => NodeInstances.Obstacle(lab, node)).OfType<string>().ToList() is { Count: > 0 } obstacles)
        {
            throw new LabException($"{string.Join('\n', obstacles)}\nNothing was launched.");
        }

        await ConfirmAsync(session, arguments, [.. missing.Select(node => lab.MachineOf(node).Launch)], cancellationToken);
        NodesCommand.Print(session, await LaunchAsync(session, template, missing, cancellationToken));
        return 0;
    }

    /// <summary>One after another: what runs when one fails is there, and the next run makes the rest.</summary>
    private static async Task<IReadOnlyList<NodeInstance>> LaunchAsync(
        Session session,
        string template,
        IReadOnlyList<NodeDefinition> nodes,
        CancellationToken cancellationToken
    )
    {
        List<NodeInstance> launched = [];
        foreach (var node in nodes)
        {
            launched.Add(await NodeInstances.LaunchAsync(session.Aws, session.Lab, template, node, cancellationToken));
        }

        return launched;
    }

    /// <summary>An emulator's nodes cost nothing.</summary>
    private static async Task ConfirmAsync(Session session, ParseResult arguments, IReadOnlyList<NodeLaunch> nodes, CancellationToken cancellationToken)
    {
        if (session.Target.IsLocal || nodes.Count == 0)
        {
            return;
        }

        var (hour, month) = Estimate.ForNodes(nodes);
        var what = string.Join(" and ", nodes.GroupBy(node => node.InstanceType).Select(type => $"{type.Count()} {type.Key}"));
        var price = string.Create(
            CultureInfo.InvariantCulture,
            $"{what} on {session.Target}: ${hour:0.000} an hour, ${month:0.00} a month if they run on, before what is free."
        );
        if (nodes.Count == 1)
        {
            await Console.Error.WriteLineAsync(price);
            return;
        }

        await Question.DemandAsync(arguments, $"{price} Launch them?", cancellationToken);
    }
}

/// <summary><c>nodes</c>: the nodes that were launched.</summary>
internal static class NodesCommand
{
    public static Command Create() =>
        Verb.Create(
            "nodes",
            """
            List the nodes that were launched.

            Example:
              lab-deploy nodes --json
            """,
            RunAsync
        );

    private static async Task<int> RunAsync(Session session, ParseResult arguments, CancellationToken cancellationToken)
    {
        Print(session, await NodeInstances.FindAsync(session.Aws, session.Lab, cancellationToken));
        return 0;
    }

    /// <summary>Writes nodes.</summary>
    internal static void Print(Session session, IReadOnlyList<NodeInstance> nodes)
    {
        if (session.Json)
        {
            Output.Json(nodes);
        }
        else if (nodes.Count == 0)
        {
            Output.Line("No nodes.");
        }
        else
        {
            Output.Table(
                ["Name", "Instance", "State", "Type", "Address", "Launched (UTC)"],
                nodes.Select(node =>
                    (IReadOnlyList<string>)
                        [
                            node.Name ?? "",
                            node.Id,
                            node.State,
                            node.InstanceType ?? "",
                            node.PrivateIp ?? "",
                            node.Launched?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "",
                        ]
                )
            );
        }
    }
}

/// <summary>The nodes that arguments name, by name or by instance.</summary>
internal static class ChosenNodes
{
    public static Argument<string[]> Argument(string verb) =>
        new("NODE") { Description = $"Nodes to {verb}, by name or instance; without it all of the lab.", Arity = ArgumentArity.ZeroOrMore };

    /// <summary>Those that are there.</summary>
    /// <exception cref="LabException">One is not the lab's.</exception>
    public static async Task<IReadOnlyList<NodeInstance>> FindAsync(Session session, string[]? named, CancellationToken cancellationToken)
    {
        var nodes = await NodeInstances.FindAsync(session.Aws, session.Lab, cancellationToken);
        if (named is not { Length: > 0 })
        {
            return nodes;
        }

        return
        [
            .. named
                .Select(name =>
                    nodes.FirstOrDefault(node => node.Id == name || node.Name == name)
                    ?? throw new LabException($"{name} is not a node of lab {session.Lab.Name}. See: lab-deploy nodes")
                )
                .DistinctBy(node => node.Id),
        ];
    }

    /// <summary>Says what was done to which.</summary>
    public static int Report(Session session, string done, IReadOnlyList<NodeInstance> nodes)
    {
        if (session.Json)
        {
            Output.Json(new Dictionary<string, object> { [done.ToLowerInvariant()] = nodes.Select(node => node.Id) });
        }
        else
        {
            Output.Line(nodes.Count == 0 ? "No nodes." : $"{done}: {Names(nodes)}.");
        }

        return 0;
    }

    public static string Names(IEnumerable<NodeInstance> nodes) =>
        string.Join(", ", nodes.Select(node => node.Name is { } name ? $"{name} ({node.Id})" : node.Id));
}

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

        await NodeInstances.StopAsync(session.Aws, session.Lab, [.. nodes.Select(node => node.Id)], cancellationToken);
        if (!session.Target.IsLocal && nodes.Count > 0)
        {
            await Console.Error.WriteLineAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Their disks cost ${Estimate.ForDisks([.. nodes.Select(node => LaunchOf(session.Lab, node))]):0.00} a month until they are terminated."
                )
            );
        }

        return ChosenNodes.Report(session, "Stopped", nodes);
    }

    private static NodeLaunch LaunchOf(LabDefinition lab, NodeInstance instance) =>
        lab.Nodes.FirstOrDefault(node => node.Name == instance.Name) is { } node ? lab.MachineOf(node).Launch : NodeLaunch.Further(lab);
}

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
