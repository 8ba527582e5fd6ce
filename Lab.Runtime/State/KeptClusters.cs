using Lab.Emulation.Machines;
using Lab.Model.Running;

namespace Lab.Runtime.State;

/// <summary>The making of a cluster as it is kept, and back.</summary>
public static class KeptClusters
{
    /// <summary>A cluster as it is kept.</summary>
    public static KeptCluster Keep(ClusterSnapshot cluster) =>
        new(cluster.Name, cluster.Began, [.. cluster.Nodes.Select(Keep)]) { EndedAfter = cluster.EndedAfter is { } end ? KeptBoots.Seconds(end) : null };

    /// <summary>The cluster that was kept. Stages that this version does not know are left out.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="isOver">True when its run has ended: then a making that has not ended ends with its last stage.</param>
    public static ClusterSnapshot Restore(KeptCluster cluster, bool isOver) =>
        new(cluster.Name, cluster.Began, [.. cluster.Nodes.Select(Restore)])
        {
            EndedAfter = (
                cluster.EndedAfter ?? (isOver ? cluster.Nodes.SelectMany(node => node.Stages).Select(stage => stage.Seconds).DefaultIfEmpty().Max() : null)
            )
                is { } seconds
                ? TimeSpan.FromSeconds(seconds)
                : null,
        };

    private static KeptClusterNode Keep(ClusterNodeSnapshot node) =>
        new(node.Name, [.. node.Path.Select(ClusterStages.Id)])
        {
            Stages =
            [
                .. node.Stages.Select(reached => new KeptStage(reached.Stage.Id(), KeptBoots.Seconds(reached.Elapsed), reached.Source, reached.Evidence)),
            ],
            Failure = node.Failure is { } failure ? Keep(failure) : null,
        };

    /// <summary>A failure as it is kept.</summary>
    internal static LabStatus.FailureStatus Keep(LabEvent.ClusterFailed failure) =>
        new(failure.Stage.Id(), KeptBoots.Seconds(failure.Elapsed), failure.Reason.Cause, failure.Evidence)
        {
            Remedy = failure.Reason.Remedy,
            Setting = failure.Reason.Setting,
        };

    private static ClusterNodeSnapshot Restore(KeptClusterNode node) =>
        new(node.Name, [.. node.Path.Select(ClusterStages.Find).OfType<ClusterStage>()])
        {
            Stages =
            [
                .. node
                    .Stages.Where(stage => ClusterStages.Find(stage.Name) is not null)
                    .Select(stage => new LabEvent.ClusterMilestone(
                        node.Name,
                        ClusterStages.Find(stage.Name)!.Value,
                        TimeSpan.FromSeconds(stage.Seconds),
                        stage.Source,
                        stage.Evidence ?? ""
                    )),
            ],
            Failure =
                node.Failure is { } failure && ClusterStages.Find(failure.Stage) is { } stage
                    ? new LabEvent.ClusterFailed(
                        node.Name,
                        stage,
                        TimeSpan.FromSeconds(failure.Seconds),
                        new Reason(failure.Cause, failure.Remedy ?? "") { Setting = failure.Setting },
                        failure.Evidence
                    )
                    : null,
        };
}
