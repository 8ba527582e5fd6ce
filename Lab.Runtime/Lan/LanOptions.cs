using Lab.Emulation.Services;
using Lab.Model.Services;
using Lab.Runtime.State;
using Lab.ServiceDefaults;

namespace Lab.Runtime.Lan;

/// <summary>How a lab serves a real network.</summary>
public sealed record LanOptions
{
    /// <summary>The network.</summary>
    public required HomeLan Lan { get; init; }

    /// <summary>How long a machine may take to get ready, from the moment it was first seen.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>What each machine boots.</summary>
    public required LabImages Images { get; init; }

    /// <summary>The user's machine configurations, by node.</summary>
    public IReadOnlyDictionary<string, string> MachineConfigs { get; init; } = new Dictionary<string, string>();

    /// <summary>Firmware that Raspberry Pis fetch; null for none.</summary>
    public RaspberryPiFirmware? RaspberryPi { get; init; }

    /// <summary>The folder in which the user's power commands run: that of the lab file.</summary>
    public required string CommandFolder { get; init; }

    /// <summary>What it serves on this machine for views; null for nothing.</summary>
    public required ServingOptions? Serving { get; init; }

    /// <summary>Where telemetry is sent: the exporter's settings, for the lab and its boot server.</summary>
    public IReadOnlyDictionary<string, string?> Telemetry { get; init; } = OpenTelemetryDefaults.OfEnvironment();
}
