using System.CommandLine;
using System.Globalization;
using Lab.CommandLine;
using Lab.Deployment;
using Lab.Deployment.Reconciling;
using Lab.Deployment.Resources;
using Lab.Model;
using Lab.Model.Pricing;

namespace Lab.Deployer.Commands;

/// <summary><c>launch</c>: starts nodes from the launch template.</summary>
internal static class LaunchCommand
{
    private static readonly Argument<int> Count = new Argument<int>("N") { Description = "How many nodes.", DefaultValueFactory = _ => 1 }.Within(
        "launch",
        1,
        20,
        "a number from 1 to 20"
    );

    public static Command Create() =>
        Verb.Create(
            "launch",
            """
            Launch nodes from the launch template: they boot over the network from the bastion, which must be up. On AWS the price is told, and more than one are asked for.

            Examples:
              lab-deploy launch
              lab-deploy launch 3 --target aws
            """,
            RunAsync,
            Count,
            Options.Yes
        );

    private static async Task<int> RunAsync(Session session, ParseResult arguments, CancellationToken cancellationToken)
    {
        var count = arguments.GetValue(Count);
        await using var lease = await Lease.TakeAsync(session.Aws, session.Lab, LeaseOwner.This(), "launch", cancellationToken);
        var deployed = await DeployedLab.ReadAsync(session.Aws, session.Lab, cancellationToken);
        if (deployed.IdOf("template/node") is not { } template)
        {
            throw new LabException($"There is no launch template {session.Lab.Launch.Template} yet. Run: lab-deploy apply");
        }

        await ConfirmAsync(session, arguments, count, cancellationToken);
        NodesCommand.Print(session, await NodeInstances.LaunchAsync(session.Aws, session.Lab, template, count, cancellationToken));
        return 0;
    }

    /// <summary>An emulator's nodes cost nothing.</summary>
    private static async Task ConfirmAsync(Session session, ParseResult arguments, int count, CancellationToken cancellationToken)
    {
        if (session.Target.IsLocal)
        {
            return;
        }

        var (hour, month) = Estimate.ForNodes(session.Lab, count);
        var price = string.Create(
            CultureInfo.InvariantCulture,
            $"{count} {session.Lab.Launch.InstanceType} on {session.Target}: ${hour:0.000} an hour, ${month:0.00} a month if they run on, before what is free."
        );
        if (count == 1)
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
                ["Node", "State", "Address", "Launched (UTC)"],
                nodes.Select(node =>
                    (IReadOnlyList<string>)
                        [
                            node.Id,
                            node.State,
                            node.PrivateIp ?? "",
                            node.Launched?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "",
                        ]
                )
            );
        }
    }
}

/// <summary><c>terminate</c>: ends nodes.</summary>
internal static class TerminateCommand
{
    private static readonly Argument<string[]> Ids = new("NODE")
    {
        Description = "Nodes to terminate; without it all of the lab.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Command Create() =>
        Verb.Create(
            "terminate",
            """
            Terminate nodes of the lab, and nothing else.

            Examples:
              lab-deploy terminate i-0123456789abcdef0
              lab-deploy terminate --yes
            """,
            RunAsync,
            Ids,
            Options.Yes
        );

    private static async Task<int> RunAsync(Session session, ParseResult arguments, CancellationToken cancellationToken)
    {
        var nodes = await NodeInstances.FindAsync(session.Aws, session.Lab, cancellationToken);
        var wanted = arguments.GetValue(Ids) is { Length: > 0 } ids ? ids : [.. nodes.Select(node => node.Id)];
        if (wanted.FirstOrDefault(id => nodes.All(node => node.Id != id)) is { } stranger)
        {
            throw new LabException($"{stranger} is not a node of lab {session.Lab.Name}. See: lab-deploy nodes");
        }

        return await EndAsync(session, arguments, wanted, cancellationToken);
    }

    /// <summary>Asks, ends, reports.</summary>
    internal static async Task<int> EndAsync(Session session, ParseResult arguments, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        if (ids.Count > 0)
        {
            await Question.DemandAsync(arguments, $"Terminate {string.Join(", ", ids)}?", cancellationToken);
            await NodeInstances.TerminateAsync(session.Aws, session.Lab, ids, cancellationToken);
        }

        if (session.Json)
        {
            Output.Json(new { Terminated = ids });
        }
        else
        {
            Output.Line(ids.Count == 0 ? "No nodes." : $"Terminated: {string.Join(", ", ids)}.");
        }

        return 0;
    }
}

/// <summary><c>stop</c>: the specification's "terminate all non-bastion instances", for this lab only.</summary>
internal static class StopCommand
{
    public static Command Create() =>
        Verb.Create(
            "stop",
            """
            Stop the spending on nodes: terminate every instance of this lab but the bastion. Found by the lab's tags; nothing else is touched.

            Example:
              lab-deploy stop --target aws --yes
            """,
            RunAsync,
            Options.Yes
        );

    private static async Task<int> RunAsync(Session session, ParseResult arguments, CancellationToken cancellationToken) =>
        await TerminateCommand.EndAsync(
            session,
            arguments,
            [.. (await NodeInstances.FindAsync(session.Aws, session.Lab, cancellationToken)).Select(node => node.Id)],
            cancellationToken
        );
}
