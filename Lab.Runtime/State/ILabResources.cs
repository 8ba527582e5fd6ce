using Lab.Emulation.Machines;

namespace Lab.Runtime.State;

/// <summary>
/// The running lab as its views see it: the dashboard, the resource service, the command line. Everything is safe to call from any
/// thread, before the lab is up and while it goes down.
/// </summary>
public interface ILabResources : ILogs
{
    /// <summary>All resources as they are now, in the definition's order.</summary>
    IReadOnlyList<ResourceSnapshot> Current { get; }

    /// <summary>All boots as they are now: the running or last one of each node, in the definition's order.</summary>
    IReadOnlyList<BootSnapshot> Boots { get; }

    /// <summary>Raised, from any thread, when a resource changed; the new snapshot. Handlers must be quick and must not throw.</summary>
    event Action<ResourceSnapshot>? ResourceChanged;

    /// <summary>Raised, from any thread, when a boot changed.</summary>
    event Action<BootSnapshot>? BootChanged;

    /// <summary>The cluster that is made of the nodes, as it is now; null where none is.</summary>
    ClusterSnapshot? Cluster { get; }

    /// <summary>Raised, from any thread, when the cluster changed.</summary>
    event Action? ClusterChanged;

    /// <inheritdoc />
    IReadOnlyList<string> ILogs.Logged => [.. Current.Select(resource => resource.Definition.Name)];

    /// <summary>What a node's machine remembers while it is off; empty where that is not known.</summary>
    IReadOnlyList<StorageState> StorageOf(string resource);

    /// <summary>Runs a command of a resource and completes when it is done.</summary>
    /// <returns>Null on success; otherwise what happened and what to do.</returns>
    Task<string?> ExecuteAsync(string resource, string command, CancellationToken cancellationToken) =>
        ExecuteAsync(resource, command, evidence: null, cancellationToken);

    /// <summary>Runs a command that a program gives for what it has seen, and completes when it is done.</summary>
    /// <param name="resource">Name of the resource.</param>
    /// <param name="command">Name of the command.</param>
    /// <param name="evidence">What was seen, which a command that notes something notes with it; null for somebody's word.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null on success; otherwise what happened and what to do.</returns>
    Task<string?> ExecuteAsync(string resource, string command, string? evidence, CancellationToken cancellationToken);
}
