namespace Lab.Runtime.State;

/// <summary>A cluster that is being made of the nodes, as it is now.</summary>
/// <param name="Name">The cluster's name.</param>
/// <param name="Began">When its making began.</param>
/// <param name="Nodes">Its nodes, in the definition's order.</param>
public sealed record ClusterSnapshot(string Name, DateTimeOffset Began, IReadOnlyList<ClusterNodeSnapshot> Nodes)
{
    /// <summary>When it was over, since it began; null while it goes on.</summary>
    public TimeSpan? EndedAfter { get; init; }

    /// <summary>The cluster after something has happened to it.</summary>
    internal ClusterSnapshot After(LabEvent happened) =>
        happened switch
        {
            LabEvent.ClusterMilestone reached => With(reached.Node, node => node with { Stages = [.. node.Stages, reached], Failure = null }),
            LabEvent.ClusterFailed failed => With(failed.Node, node => node with { Failure = failed }),
            LabEvent.ClusterSummary summary => this with { EndedAfter = summary.Elapsed },
            _ => this,
        };

    private ClusterSnapshot With(string name, Func<ClusterNodeSnapshot, ClusterNodeSnapshot> change) =>
        this with
        {
            Nodes = [.. Nodes.Select(node => node.Name == name ? change(node) : node)],
        };
}

/// <summary>How far a node of a cluster is.</summary>
/// <param name="Name">The node.</param>
/// <param name="Path">The stages that it passes, in order.</param>
public sealed record ClusterNodeSnapshot(string Name, IReadOnlyList<ClusterStage> Path)
{
    /// <summary>Those that it has reached, in the order in which it was seen.</summary>
    public IReadOnlyList<LabEvent.ClusterMilestone> Stages { get; init; } = [];

    /// <summary>Why it gets no further; null while it may.</summary>
    public LabEvent.ClusterFailed? Failure { get; init; }

    /// <summary>The stage that it is at; null when it has them all.</summary>
    public ClusterStage? Current => Path.Cast<ClusterStage?>().FirstOrDefault(stage => Stages.All(reached => reached.Stage != stage));
}
