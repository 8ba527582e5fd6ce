using CliWrap;
using Lab.Model.Resources;

namespace Lab.Emulation.Services;

/// <summary>How a service of the lab runs on this machine: its process, how its health is asked for, where the user reaches it.</summary>
public sealed record ServiceSpec
{
    /// <summary>What it is.</summary>
    public required LabResource Resource { get; init; }

    /// <summary>The process, made anew for each start.</summary>
    public required Func<Command> Command { get; init; }

    /// <summary>The question that a healthy service answers.</summary>
    public required IHealthProbe Health { get; init; }

    /// <summary>True for what has no process until somebody asks it for something; it is healthy until then.</summary>
    public bool StartsWhenAsked { get; init; }

    /// <summary>A URL that a browser on the host can open; null when it speaks no HTTP.</summary>
    public string? Url { get; init; }
}
