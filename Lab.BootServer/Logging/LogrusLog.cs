using System.Threading.Channels;

namespace Lab.BootServer.Logging;

/// <summary>
/// The log. Lines are written by one background task, so that a slow terminal or disk never slows a request; when it lags too far
/// behind, lines are dropped and the log says how many.
/// </summary>
internal sealed class LogrusLog : IAsyncDisposable
{
    private const int Capacity = 16 * 1024;

    private readonly Channel<Entry> _entries = Channel.CreateBounded<Entry>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly LogrusLevel _level;
    private readonly TextWriter _output;
    private readonly TimeProvider _time;
    private readonly Task _writing;
    private long _dropped;

    /// <param name="level">The most talkative level that is written.</param>
    /// <param name="output">Where to; flushed whenever nothing more is waiting.</param>
    /// <param name="time">The clock of the lines.</param>
    public LogrusLog(LogrusLevel level, TextWriter output, TimeProvider time)
    {
        _level = level;
        _output = output;
        _time = time;
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Whether lines of this level are written: spares making them.</summary>
    public bool Writes(LogrusLevel level) => level <= _level;

    public void Debug(string message, params ReadOnlySpan<(string Key, string Value)> fields) => Write(LogrusLevel.Debug, message, fields);

    public void Info(string message, params ReadOnlySpan<(string Key, string Value)> fields) => Write(LogrusLevel.Info, message, fields);

    public void Warning(string message, params ReadOnlySpan<(string Key, string Value)> fields) => Write(LogrusLevel.Warning, message, fields);

    public void Error(string message, params ReadOnlySpan<(string Key, string Value)> fields) => Write(LogrusLevel.Error, message, fields);

    /// <summary>Writes what is waiting.</summary>
    public async ValueTask DisposeAsync()
    {
        _entries.Writer.TryComplete();
        await _writing;
    }

    private void Write(LogrusLevel level, string message, ReadOnlySpan<(string Key, string Value)> fields)
    {
        if (Writes(level) && !_entries.Writer.TryWrite(new Entry(_time.GetLocalNow(), level, message, fields.ToArray())))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    private async Task WriteAsync()
    {
        while (await _entries.Reader.WaitToReadAsync())
        {
            while (_entries.Reader.TryRead(out var entry))
            {
                await WriteLineAsync(entry);
            }

            if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped)
            {
                await WriteLineAsync(new Entry(_time.GetLocalNow(), LogrusLevel.Warning, $"{dropped} log lines dropped", []));
            }

            await _output.FlushAsync();
        }
    }

    private Task WriteLineAsync(Entry entry) => _output.WriteAsync(LogrusLine.Format(entry.Time, entry.Level, entry.Message, entry.Fields) + "\n");

    private readonly record struct Entry(DateTimeOffset Time, LogrusLevel Level, string Message, (string Key, string Value)[] Fields);
}
