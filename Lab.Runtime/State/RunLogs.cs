using Lab.Model.Running;

namespace Lab.Runtime.State;

/// <summary>The logs that are kept of a run.</summary>
/// <param name="kept">Where they are.</param>
public sealed class RunLogs(KeptLogs kept) : ILogs
{
    private readonly ILookup<string, KeptLogLine> _lines = kept.Read().ToLookup(line => line.Resource);

    /// <inheritdoc />
    public IReadOnlyList<string> Logged => [.. _lines.Select(log => log.Key)];

    /// <summary>The lines of a log, oldest first.</summary>
    public IEnumerable<LogLine> Of(string resource) => _lines[resource].Select(line => new LogLine(line.Number, line.Time, line.Text));

    /// <inheritdoc />
    public IAsyncEnumerable<LogLine> ReadLogAsync(string resource, bool follow, CancellationToken cancellationToken) => Of(resource).ToAsyncEnumerable();

    /// <inheritdoc />
    public string? LogFilePath(string resource) => null;

    /// <summary>Keeps the logs that a lab has at hand.</summary>
    /// <exception cref="IOException">They cannot be written.</exception>
    public static async Task KeepAsync(ILogs lab, KeptLogs kept)
    {
        var lines = new List<KeptLogLine>();
        foreach (var resource in lab.Logged)
        {
            await foreach (var line in lab.ReadLogAsync(resource, follow: false, CancellationToken.None))
            {
                lines.Add(new KeptLogLine(resource, line.Number, line.Time, line.Text));
            }
        }

        kept.Save(lines);
    }
}
