using System.CommandLine;
using System.Text.Json;
using Lab.Model;
using Lab.Model.Services;
using Lab.Runtime.Cluster;

namespace Lab.CommandLine.Cluster;

/// <summary><c>cluster status</c>: what each node says of itself.</summary>
internal static class ClusterStatusCommand
{
    public static Command Create(ClusterSide side)
    {
        var command = side.Verb(
            "status",
            """
            Ask each node what it is, and show it on a line.

            Exit codes: 0 every node is in the cluster, 1 not, 2 there is no talosctl.
            """
        );
        side.AddJson(command);
        command.SetAction((arguments, cancellationToken) => RunAsync(side, arguments, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ClusterSide side, ParseResult arguments, CancellationToken cancellationToken)
    {
        var cluster = side.Choose(arguments);
        var plan = cluster.Plan;
        var (way, nodes) = await side.OpenExistingAsync(arguments, cluster, cancellationToken);
        await using var held = way;
        var readings = await Task.WhenAll(plan.Nodes.Select(node => nodes.ReadAsync(node, cancellationToken)));
        foreach (var (node, reading) in plan.Nodes.Zip(readings))
        {
            Console.WriteLine(arguments.GetValue(side.Json) ? Json(node, reading) : Line(node, reading));
        }

        return plan.Nodes.Zip(readings).All(node => IsIn(plan, node.First, node.Second)) ? 0 : 1;
    }

    private static bool IsIn(ClusterPlan plan, ClusterNode node, NodeReading reading) =>
        reading.Condition == NodeCondition.Member
        && reading.KubeletIsHealthy
        && (reading.EtcdIsHealthy || !node.IsControlPlane)
        && (reading.IsReady || plan.Definition.LacksNetworkPlugin);

    private static string Line(ClusterNode node, NodeReading reading) => $"{node.Name, -12} {node.Address, -15} {Words(node, reading)}";

    private static string Words(ClusterNode node, NodeReading reading) =>
        reading.Condition switch
        {
            NodeCondition.Maintenance => "in maintenance mode: it waits for its configuration",
            NodeCondition.Foreign => "belongs to another cluster",
            NodeCondition.Silent => $"does not answer: {reading.Refusals.LastOrDefault()}",
            _ => string.Join(
                ", ",
                [
                    VisibleText.Of(reading.Stage ?? "stage unknown"),
                    reading.SystemDisk is { } disk ? $"installed on {VisibleText.Of(disk)}" : "not installed",
                    .. node.IsControlPlane ? new[] { $"etcd {Health(reading.EtcdIsHealthy)}" } : [],
                    $"kubelet {Health(reading.KubeletIsHealthy)}",
                    reading.IsReady ? "Ready" : "not Ready",
                    .. reading.Unmet,
                ]
            ),
        };

    private static string Health(bool isHealthy) => isHealthy ? "healthy" : "unhealthy";

    private static string Json(ClusterNode node, NodeReading reading) =>
        JsonSerializer.Serialize(
            new
            {
                node.Name,
                Address = node.Address.ToString(),
                Condition = JsonNamingPolicy.KebabCaseLower.ConvertName(reading.Condition.ToString()),
                reading.Stage,
                reading.SystemDisk,
                Etcd = node.IsControlPlane ? (bool?)reading.EtcdIsHealthy : null,
                Kubelet = reading.KubeletIsHealthy,
                Ready = reading.IsReady,
                reading.Unmet,
                reading.Refusals,
            },
            JsonSerializerOptions.Web
        );
}
