using System.CommandLine;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Resources;
using Lab.Model.Services;
using Lab.Runtime.Cluster;
using Lab.Runtime.State;

namespace LabCli.Commands;

/// <summary><c>cluster reset</c> and <c>cluster destroy</c>: the end of a cluster.</summary>
internal static class ClusterEndCommands
{
    private static readonly Option<bool> Forget = new("--forget")
    {
        Description = "Reset no node, only remove the files: for nodes that are gone. A node that still runs cannot be reached with Talos's API afterwards.",
    };

    private static readonly Argument<string[]> Only = CommonOptions.Resources(
        "node",
        "The nodes; without it all. Of several control planes one at least has to stay.",
        resource => resource.Kind == ResourceKind.Node
    );

    public static Command Reset()
    {
        var command = ClusterOptions.Verb(
            "reset",
            "Reset all nodes, or those that are named: they lose what they ran and start in maintenance mode. The cluster's secrets stay, and cluster up takes them in again."
        );
        command.Arguments.Add(Only);
        command.Options.Add(ClusterOptions.Yes);
        command.SetAction(
            async (arguments, cancellationToken) =>
            {
                var lab = ClusterOptions.Definition(arguments);
                var plan = ClusterPlan.Of(lab);
                var named = arguments.GetValue(Only) ?? [];
                var chosen = named.Length == 0 ? plan.Nodes : Choose(plan, named);
                Require(arguments, string.Join(' ', named.Prepend("reset")));
                await ResetAsync(arguments, lab, chosen, othersStay: chosen.Count < plan.Nodes.Count, cancellationToken);
                return 0;
            }
        );
        return command;
    }

    public static Command Destroy()
    {
        var command = ClusterOptions.Verb(
            "destroy",
            "Reset all nodes, then remove the cluster's files: kubeconfig, talosconfig, configurations, and the secrets that Lab has made."
        );
        command.Options.Add(ClusterOptions.Yes);
        command.Options.Add(Forget);
        command.SetAction(
            async (arguments, cancellationToken) =>
            {
                Require(arguments, "destroy");
                var lab = ClusterOptions.Definition(arguments);
                if (!arguments.GetValue(Forget))
                {
                    await ResetAsync(arguments, lab, ClusterPlan.Of(lab).Nodes, othersStay: false, cancellationToken);
                }

                var removed = ClusterFiles.Forget(ClusterOptions.Folder(lab));
                Console.WriteLine(removed.Count == 0 ? $"Lab {lab.Name} has no files of a cluster." : $"Removed: {string.Join(", ", removed)}");
                return 0;
            }
        );
        return command;
    }

    private static void Require(ParseResult arguments, string verb)
    {
        if (!arguments.GetValue(ClusterOptions.Yes))
        {
            throw new LabException($"What the nodes have run is lost by this, and cannot be had back. To do it: {LabCommand.Line($"cluster {verb} --yes")}");
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
                $"No control plane would be left, and the cluster's state is kept by them. To give it up and make it anew of the same secrets: {LabCommand.Line("cluster reset --yes")}"
            );
    }

    /// <summary>Workers first: a control plane that is gone cannot answer for them. A node in maintenance mode has nothing to lose.</summary>
    private static async Task ResetAsync(
        ParseResult arguments,
        LabDefinition lab,
        IReadOnlyList<ClusterNode> chosen,
        bool othersStay,
        CancellationToken cancellationToken
    )
    {
        var nodes = await ClusterOptions.NodesAsync(arguments, lab, cancellationToken);
        await using var marks = new InstalledMarks(ClusterOptions.Folder(lab), happened => EventLines.Of(happened).ToList().ForEach(Console.WriteLine));
        List<string> failed = [];
        foreach (var node in chosen.OrderBy(node => node.IsControlPlane))
        {
            var reading = await nodes.ReadAsync(node, cancellationToken);
            if (reading.Condition == NodeCondition.Maintenance)
            {
                Console.WriteLine($"{node.Name}: in maintenance mode already.");
                await marks.TakeBackAsync(node.Name, cancellationToken);
                continue;
            }

            var result = await nodes.ResetAsync(node, othersStay, cancellationToken);
            if (result.IsSuccess)
            {
                Console.WriteLine($"{node.Name}: resets.");
                await marks.TakeBackAsync(node.Name, cancellationToken);
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
    }
}
