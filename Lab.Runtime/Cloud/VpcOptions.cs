using Lab.Emulation.Services;
using Lab.Runtime.State;
using Lab.ServiceDefaults;

namespace Lab.Runtime.Cloud;

/// <summary>How a deployed lab is rehearsed.</summary>
public sealed record VpcOptions
{
    /// <summary>End when all nodes have settled.</summary>
    public required bool Once { get; init; }

    /// <summary>How long a node may take to get ready, from the moment its machine was switched on.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>What the nodes boot.</summary>
    public required InstanceImages Images { get; init; }

    /// <summary>What is served on this machine; null for nothing.</summary>
    public required ServingOptions? Serving { get; init; }

    /// <summary>Where telemetry is sent: the exporter's settings.</summary>
    public IReadOnlyDictionary<string, string?> Telemetry { get; init; } = OpenTelemetryDefaults.OfEnvironment();

    /// <summary>What is broken on purpose.</summary>
    public required VpcFault Fault { get; init; }
}
