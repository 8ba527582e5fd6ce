using CliWrap;

namespace Lab.Emulation.Services;

/// <summary>A service of the lab, ready to be started: its process, how its health is asked for, where the user reaches it.</summary>
public sealed record ServiceSpec
{
    /// <summary>Name in output, logs and commands.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, in a few words.</summary>
    public required string Description { get; init; }

    /// <summary>The process, made anew for each start.</summary>
    public required Func<Command> Command { get; init; }

    /// <summary>The question that a healthy service answers.</summary>
    public required IHealthProbe Health { get; init; }

    /// <summary>Where it listens inside the lab, or on this machine's loopback: <c>10.20.13.140:8080</c>.</summary>
    public required string Address { get; init; }

    /// <summary>TCP port on the bastion that a port of the host's loopback leads to; null for none.</summary>
    public int? ForwardedPort { get; init; }

    /// <summary>A URL that a browser on the host can open; null when it speaks no HTTP.</summary>
    public string? Url { get; init; }

    /// <summary>True for a boot server that tells what it answers (<see cref="BootRequests"/>); matchbox only logs what it was asked.</summary>
    public bool TellsRequests { get; init; }

    /// <summary>True when nodes cannot boot without it.</summary>
    public bool NeededToBoot { get; init; }
}
