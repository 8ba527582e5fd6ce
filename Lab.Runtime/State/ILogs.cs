namespace Lab.Runtime.State;

/// <summary>Logs of a lab: of one that runs, or those that are kept of a run.</summary>
public interface ILogs
{
    /// <summary>The names of the resources that may have one.</summary>
    IReadOnlyList<string> Logged { get; }

    /// <summary>The lines of a resource's log: those at hand and, when asked to follow, all that come until cancelled.</summary>
    IAsyncEnumerable<LogLine> ReadLogAsync(string resource, bool follow, CancellationToken cancellationToken);

    /// <summary>Path of the log's file, for a download of the whole; null when it has none.</summary>
    string? LogFilePath(string resource);
}
