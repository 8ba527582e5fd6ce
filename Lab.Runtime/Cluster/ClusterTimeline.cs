using Lab.Emulation.Machines;
using Lab.Model.Definition;
using Lab.Model.Services;
using Lab.Runtime.State;

namespace Lab.Runtime.Cluster;

/// <summary>When a node reached each stage of a cluster, by what it said of itself.</summary>
/// <param name="node">The node.</param>
/// <param name="lacksPlugin">Without a network plugin no node gets Ready, and the last stage is kubelet.</param>
internal sealed class ClusterTimeline(ClusterNode node, bool lacksPlugin)
{
    private const string Source = "talosctl";

    private readonly SortedDictionary<ClusterStage, TimeSpan> _reached = [];

    /// <summary>The node.</summary>
    public ClusterNode Node => node;

    /// <summary>Its stages, in order.</summary>
    public IReadOnlyList<ClusterStage> Path { get; } =
    [
        .. Enum.GetValues<ClusterStage>()
            .Where(stage => (stage != ClusterStage.Etcd || node.IsControlPlane) && (stage != ClusterStage.NodeReady || !lacksPlugin)),
    ];

    /// <summary>Time of each stage since the cluster was begun.</summary>
    public IReadOnlyDictionary<ClusterStage, TimeSpan> Reached => _reached;

    /// <summary>The stage that it does not get past; null when it has them all.</summary>
    public ClusterStage? Missing => Path.Cast<ClusterStage?>().FirstOrDefault(stage => !_reached.ContainsKey(stage!.Value));

    /// <summary>What it said last.</summary>
    public NodeReading? Last { get; private set; }

    /// <summary>What was refused last: a configuration, a bootstrap; null when nothing was since.</summary>
    public string? Refusal { get; set; }

    /// <summary>Why it will not get further, whatever time it has; null while it may.</summary>
    public Reason? Verdict { get; set; }

    /// <summary>When it took its configuration, in this run.</summary>
    public TimeSpan? Configured { get; set; }

    /// <summary>What there is to see of the stage that it does not get past.</summary>
    public IReadOnlyList<string> Evidence =>
        [
            .. new[] { Refusal }.OfType<string>(),
            .. Last?.Unmet ?? [],
            .. Last?.Refusals ?? [],
            .. Last is { Condition: NodeCondition.Member, Stage: { } stage } ? new[] { $"Talos says that it is {stage}" } : [],
            .. Last is { Condition: NodeCondition.Maintenance } ? new[] { "it is in maintenance mode" } : [],
        ];

    /// <summary>Takes in what it says.</summary>
    /// <returns>The stages that it is seen to have reached.</returns>
    public IEnumerable<LabEvent.ClusterMilestone> Take(NodeReading reading, TimeSpan time)
    {
        Last = reading;
        if (reading.Condition != NodeCondition.Member)
        {
            yield break;
        }

        var isOnDisk = reading is { SystemDisk: not null, Stage: { } stage } && ClusterNodes.StagesFromDisk.Contains(stage);
        foreach (
            var (reached, isThere, evidence) in new[]
            {
                (ClusterStage.Configured, true, "answers with the cluster's certificates"),
                (ClusterStage.Installed, reading.SystemDisk is not null, $"Talos is on {reading.SystemDisk}"),
                (ClusterStage.Rebooted, isOnDisk, $"{reading.Stage}, with Talos on {reading.SystemDisk}"),
                (ClusterStage.Etcd, reading.EtcdIsHealthy, "service etcd is healthy"),
                (ClusterStage.Kubelet, reading.KubeletIsHealthy, "service kubelet is healthy"),
                (ClusterStage.NodeReady, reading.IsReady, "Kubernetes says Ready"),
            }
        )
        {
            if (isThere && Path.Contains(reached) && Reach(reached, time, evidence) is { } milestone)
            {
                yield return milestone;
            }
        }
    }

    /// <summary>Notes that it has reached a stage.</summary>
    /// <returns>Null where that is known.</returns>
    public LabEvent.ClusterMilestone? Reach(ClusterStage stage, TimeSpan time, string evidence) =>
        _reached.TryAdd(stage, time) ? new(node.Name, stage, time, Source, evidence) : null;
}
