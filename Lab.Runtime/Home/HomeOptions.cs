using Lab.Emulation.Services;
using Lab.Model.Services;
using Lab.Runtime.Cluster;
using Lab.Runtime.State;
using Lab.ServiceDefaults;

namespace Lab.Runtime.Home;

/// <summary>How a lab is run.</summary>
public sealed record HomeOptions
{
    /// <summary>End when all nodes have settled.</summary>
    public required bool Once { get; init; }

    /// <summary>How long a node may take to get ready, from the moment its machine was switched on.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>What each node boots.</summary>
    public required LabImages Images { get; init; }

    /// <summary>The user's machine configurations, by node.</summary>
    public IReadOnlyDictionary<string, string> MachineConfigs { get; init; } = new Dictionary<string, string>();

    /// <summary>What it serves on this machine; null for a lab that nobody reaches while it runs.</summary>
    public ServingOptions? Serving { get; init; }

    /// <summary>The network of a home whose router gives the addresses; null for one in which Lab does.</summary>
    public HomeLan? Lan { get; init; }

    /// <summary>What is broken on purpose.</summary>
    public required Fault Fault { get; init; }

    /// <summary>How the lab's cluster is made of the nodes that are ready; null where none is.</summary>
    public ClusterRun? Cluster { get; init; }

    /// <summary>Names of services that somebody else runs, outside the lab's network.</summary>
    public IReadOnlyList<string> Elsewhere { get; init; } = [];

    /// <summary>Completes when a part of the lab may start, given its name.</summary>
    public Func<string, CancellationToken, Task> MayStart { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>Where telemetry is sent: the exporter's settings, for the lab and its boot server.</summary>
    public IReadOnlyDictionary<string, string?> Telemetry { get; init; } = OpenTelemetryDefaults.OfEnvironment();
}
