using System.CommandLine;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Services;
using Lab.Runtime.Cluster;
using Lab.Runtime.State;

namespace Lab.CommandLine.Cluster;

/// <summary><c>cluster reset</c> and <c>cluster destroy</c>: the end of a cluster.</summary>
internal static class ClusterEndCommands
{
    private static readonly Option<bool> Forget = new("--forget")
    {
        Description = "Reset no node, only remove the files: for nodes that are gone. A node that still runs cannot be reached with Talos's API afterwards.",
    };

    private static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Do it: what the nodes have run is lost." };

    public static Command Reset(ClusterSide side)
    {
        var only = side.Nodes("The nodes; without it all. Of several control planes one at least has to stay.");
        var command = side.Verb(
            "reset",
            "Reset all nodes, or those that are named: they lose what they ran and start in maintenance mode. The cluster's secrets stay, and cluster up takes them in again."
        );
        command.Arguments.Add(only);
        command.Options.Add(Yes);
        command.SetAction(
            async (arguments, cancellationToken) =>
            {
                var cluster = side.Choose(arguments);
                var named = arguments.GetValue(only) ?? [];
                var chosen = named.Length == 0 ? cluster.Plan.Nodes : Choose(cluster.Plan, named);
                Require(arguments, cluster.Plan, string.Join(' ', named.Prepend("reset")));
                await ResetAsync(side, arguments, cluster, chosen, othersStay: chosen.Count < cluster.Plan.Nodes.Count, cancellationToken);
                return 0;
            }
        );
        return command;
    }

    public static Command Destroy(ClusterSide side)
    {
        var command = side.Verb(
            "destroy",
            "Reset all nodes, then remove the cluster's files: kubeconfig, talosconfig, configurations, and the secrets that Lab has made."
        );
        command.Options.Add(Yes);
        command.Options.Add(Forget);
        command.SetAction(
            async (arguments, cancellationToken) =>
            {
                var cluster = side.Choose(arguments);
                Require(arguments, cluster.Plan, "destroy");
                if (!arguments.GetValue(Forget))
                {
                    await ResetAsync(side, arguments, cluster, cluster.Plan.Nodes, othersStay: false, cancellationToken);
                }

                var removed = ClusterFiles.Forget(cluster.Folder);
                Console.WriteLine(removed.Count == 0 ? $"Lab {cluster.Lab.Name} has no files of a cluster." : $"Removed: {string.Join(", ", removed)}");
                return 0;
            }
        );
        return command;
    }

    private static void Require(ParseResult arguments, ClusterPlan plan, string verb)
    {
        if (!arguments.GetValue(Yes))
        {
            throw new LabException($"What the nodes have run is lost by this, and cannot be had back. To do it: {plan.CommandLine($"{verb} --yes")}");
        }
    }

    private static IReadOnlyList<ClusterNode> Choose(ClusterPlan plan, string[] named)
    {
        if (Array.Find(named, name => plan.Nodes.All(node => node.Name != name)) is { } unknown)
        {
            throw new LabException(UnknownResource.Message(VisibleText.Of(unknown), [.. plan.Nodes.Select(node => node.Name)], "node", $"Cluster {plan.Name}"));
        }

        var chosen = plan.Nodes.Where(node => named.Contains(node.Name)).ToList();
        return chosen.Count == plan.Nodes.Count || plan.ControlPlanes.Except(chosen).Any()
            ? chosen
            : throw new LabException(
                $"No control plane would be left, and the cluster's state is kept by them. To give it up and make it anew of the same secrets: {plan.CommandLine("reset --yes")}"
            );
    }

    /// <summary>Workers first: a control plane that is gone cannot answer for them. A node in maintenance mode has nothing to lose.</summary>
    private static async Task ResetAsync(
        ClusterSide side,
        ParseResult arguments,
        ChosenCluster cluster,
        IReadOnlyList<ClusterNode> chosen,
        bool othersStay,
        CancellationToken cancellationToken
    )
    {
        var (way, nodes) = await side.OpenExistingAsync(arguments, cluster, cancellationToken);
        await using var held = way;
        await using var marks = side.Marks(cluster, happened => EventLines.Of(happened).ToList().ForEach(Console.WriteLine));
        List<string> failed = [];
        foreach (var node in chosen.OrderBy(node => node.IsControlPlane))
        {
            var reading = await nodes.ReadAsync(node, cancellationToken);
            if (reading.Condition == NodeCondition.Maintenance)
            {
                Console.WriteLine($"{node.Name}: in maintenance mode already.");
                await TakeBackAsync(node);
                continue;
            }

            var result = await nodes.ResetAsync(node, othersStay, cancellationToken);
            if (result.IsSuccess)
            {
                Console.WriteLine($"{node.Name}: resets.");
                await TakeBackAsync(node);
            }
            else
            {
                failed.Add($"{node.Name}: {result.Reason}");
            }
        }

        if (failed.Count > 0)
        {
            throw new LabException($"Not reset: {string.Join("; ", failed)}");
        }

        Task TakeBackAsync(ClusterNode node) => marks?.TakeBackAsync(node.Name, cancellationToken) ?? Task.CompletedTask;
    }
}
