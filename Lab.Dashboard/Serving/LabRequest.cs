using Lab.Emulation.Machines;
using Lab.Model.Definition;
using Lab.Model.Services;
using Lab.Runtime.State;
using Lab.ServiceDefaults;

namespace Lab.Dashboard.Serving;

/// <summary>How a user wants a lab to be run, before anything of it is there.</summary>
/// <param name="Lab">The lab.</param>
internal sealed record LabRequest(LabDefinition Lab)
{
    /// <summary>End when all nodes have settled.</summary>
    public bool Once { get; init; }

    /// <summary>How long a node may take to get ready, from the moment its machine is switched on.</summary>
    public TimeSpan Timeout { get; init; } = OutOfTime.Usual;

    /// <summary>A folder, a container image or a Talos release to boot; null for the stand-in.</summary>
    public string? Image { get; init; }

    /// <summary>Folder of the user's machine configurations; null for none.</summary>
    public string? MachineConfigs { get; init; }

    /// <summary>Name of a mistake to rehearse; null for none.</summary>
    public string? Fault { get; init; }

    /// <summary>Whether a home that is rehearsed has a router of its own, which gives the addresses, and Lab answers beside it.</summary>
    public bool HasRouter { get; init; }

    /// <summary>Whether the nodes become the lab file's cluster, if it has one.</summary>
    public bool MakesCluster { get; init; } = true;

    /// <summary>What it serves on this machine; null for a lab that nobody reaches while it runs.</summary>
    public ServingOptions? Serving { get; init; }

    /// <summary>Whether what this machine lacks may be installed and downloaded.</summary>
    public bool MayInstall { get; init; } = true;

    /// <summary>Names of services that somebody else runs, outside the lab's network.</summary>
    public IReadOnlyList<string> Elsewhere { get; init; } = [];

    /// <summary>Where telemetry is sent: the exporter's settings.</summary>
    public IReadOnlyDictionary<string, string?> Telemetry { get; init; } = OpenTelemetryDefaults.OfEnvironment();

    /// <summary>Completes when a part of the lab may start, given its name.</summary>
    public Func<string, CancellationToken, Task> MayStart { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>What of the lab file has no effect here, in a sentence; null for nothing.</summary>
    public string? Remark { get; init; }

    /// <summary>The real network that it serves; null for a rehearsal.</summary>
    public HomeLan? Lan { get; init; }

    /// <summary>The folder of the lab file, in which the user's commands run.</summary>
    public string Folder { get; init; } = Environment.CurrentDirectory;

    /// <summary>True for a rehearsal of the cloud.</summary>
    public bool IsVpc => Lan is null && Lab.Network.As == RehearsedNetwork.Vpc;
}
