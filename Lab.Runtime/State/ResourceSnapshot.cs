using Lab.Model.Resources;
using Lab.Model.Running;

namespace Lab.Runtime.State;

/// <summary>A resource at one moment.</summary>
/// <param name="Definition">What it is.</param>
/// <param name="State">Its state.</param>
public sealed record ResourceSnapshot(LabResource Definition, ResourceState State)
{
    /// <summary>Why it is not healthy; null when there is nothing to say.</summary>
    public string? Detail { get; init; }

    /// <summary>State and detail.</summary>
    public ResourceCondition Condition => new(State, Detail);

    /// <summary>When its process was started; null while it does not run.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended; null while it runs or was never started.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>How often it was started again.</summary>
    public int Restarts { get; init; }

    /// <summary>Process id; null while it does not run.</summary>
    public int? Pid { get; init; }

    /// <summary>Exit code of the process that ended last; null for none.</summary>
    public int? ExitCode { get; init; }

    /// <summary>URLs that a browser on the host can open, by endpoint name.</summary>
    public IReadOnlyDictionary<string, string> Urls { get; init; } = new Dictionary<string, string>();

    /// <summary>Ports on this machine's loopback that lead to endpoints which no browser opens, by endpoint name.</summary>
    public IReadOnlyDictionary<string, int> Forwards { get; init; } = new Dictionary<string, int>();

    /// <summary>Where a machine that is installed boots from next, in words; null for anything else.</summary>
    public string? BootsFrom { get; init; }

    /// <summary>Names of the commands that make sense in this state.</summary>
    public IReadOnlyList<string> EnabledCommands { get; init; } = [];
}
