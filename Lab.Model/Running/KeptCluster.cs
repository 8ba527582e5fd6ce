using System.Text.Json.Serialization;

namespace Lab.Model.Running;

/// <summary>The making of a cluster as it is kept.</summary>
/// <param name="Name">The cluster's name.</param>
/// <param name="Began">When it began.</param>
/// <param name="Nodes">Its nodes, in the definition's order.</param>
public sealed record KeptCluster(string Name, DateTimeOffset Began, IReadOnlyList<KeptClusterNode> Nodes)
{
    /// <summary>Seconds until it was over; null for one that goes on, or whose run was interrupted.</summary>
    public double? EndedAfter { get; init; }

    /// <summary><c>2 of 3 nodes in it</c></summary>
    public string Result => $"{Nodes.Count(node => node.IsDone)} of {Nodes.Count} {(Nodes.Count == 1 ? "node" : "nodes")} in it";
}

/// <summary>How a node came into a cluster.</summary>
/// <param name="Name">The node.</param>
/// <param name="Path">The stages that it passes, in order.</param>
public sealed record KeptClusterNode(string Name, IReadOnlyList<string> Path)
{
    /// <summary>Those that it reached, in the order in which it was seen; seconds since the cluster's making began.</summary>
    public IReadOnlyList<KeptStage> Stages { get; init; } = [];

    /// <summary>Where and why it got no further; null where nothing is known to have failed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LabStatus.FailureStatus? Failure { get; init; }

    /// <summary>True when it reached every stage.</summary>
    public bool IsDone => Path.All(stage => Stages.Any(reached => reached.Name == stage));
}
