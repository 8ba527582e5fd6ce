namespace Lab.Runtime.State;

/// <summary>The cluster of the nodes, where one is made.</summary>
public sealed partial class LabStore
{
    private ClusterSnapshot? _cluster;

    /// <inheritdoc />
    public event Action? ClusterChanged;

    /// <inheritdoc />
    public ClusterSnapshot? Cluster
    {
        get
        {
            lock (_lock)
            {
                return _cluster;
            }
        }
    }

    /// <summary>Takes in what happened to the cluster.</summary>
    public void TakeCluster(LabEvent happened)
    {
        lock (_lock)
        {
            _cluster = happened is LabEvent.ClusterStarted started
                ? new ClusterSnapshot(started.Name, DateTimeOffset.UtcNow, [.. started.Nodes.Select(node => new ClusterNodeSnapshot(node.Key, node.Value))])
                : _cluster?.After(happened);
        }

        ClusterChanged?.Invoke();
    }
}
