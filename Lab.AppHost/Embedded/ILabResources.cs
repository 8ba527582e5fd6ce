using Lab.Emulation.Machines;
using Lab.Model.Resources;

namespace Lab.AppHost.Embedded;

/// <summary>
/// The running lab as its views see it: the dashboard, the resource service, the command line. Everything is safe to call from any
/// thread, before the lab is up and while it goes down.
/// </summary>
public interface ILabResources
{
    /// <summary>All resources as they are now, in the definition's order.</summary>
    IReadOnlyList<ResourceSnapshot> Current { get; }

    /// <summary>All boots as they are now: the running or last one of each node, in the definition's order.</summary>
    IReadOnlyList<BootSnapshot> Boots { get; }

    /// <summary>Raised, from any thread, when a resource changed; the new snapshot. Handlers must be quick and must not throw.</summary>
    event Action<ResourceSnapshot>? ResourceChanged;

    /// <summary>Raised, from any thread, when a boot changed.</summary>
    event Action<BootSnapshot>? BootChanged;

    /// <summary>The lines of a resource's log: those kept in memory and, when asked to follow, all that come until cancelled.</summary>
    IAsyncEnumerable<LogLine> ReadLogAsync(string resource, bool follow, CancellationToken cancellationToken);

    /// <summary>Path of the log's file, for a download of the whole; null when it has none.</summary>
    string? LogFilePath(string resource);

    /// <summary>Runs a command of a resource and completes when it is done.</summary>
    /// <returns>Null on success; otherwise what happened and what to do.</returns>
    Task<string?> ExecuteAsync(string resource, string command, CancellationToken cancellationToken);
}

/// <summary>A resource at one moment.</summary>
/// <param name="Definition">What it is.</param>
/// <param name="State">Its state.</param>
public sealed record ResourceSnapshot(LabResource Definition, ServiceState State)
{
    /// <summary>Why it is not healthy; null when there is nothing to say.</summary>
    public string? Detail { get; init; }

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

    /// <summary>Names of the commands that make sense in this state.</summary>
    public IReadOnlyList<string> EnabledCommands { get; init; } = [];
}

/// <summary>A boot at one moment.</summary>
/// <param name="Node">The node.</param>
/// <param name="SwitchedOn">When its machine was switched on.</param>
/// <param name="Stages">The stages that it reached, in order.</param>
public sealed record BootSnapshot(string Node, DateTimeOffset SwitchedOn, IReadOnlyList<ReachedStage> Stages)
{
    /// <summary>Where and why it stopped; null while it goes on or is ready.</summary>
    public Diagnosis? Failure { get; init; }

    /// <summary>True when the node serves.</summary>
    public bool IsReady { get; init; }

    /// <summary>Time from switching on until it was ready, failed or went off; null while it goes on.</summary>
    public TimeSpan? EndedAfter { get; init; }
}

/// <summary>A stage that a boot reached.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Elapsed">Time since the machine was switched on.</param>
/// <param name="Source">Whose word it is.</param>
public sealed record ReachedStage(BootStage Stage, TimeSpan Elapsed, string Source);

/// <summary>A line of a log.</summary>
/// <param name="Number">Number of the line, from 1, counted over the whole run.</param>
/// <param name="Time">When it was written.</param>
/// <param name="Text">The line.</param>
public sealed record LogLine(int Number, DateTimeOffset Time, string Text);
