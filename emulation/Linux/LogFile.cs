using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Lab.Emulation.Linux;

/// <summary>
/// A service's output: appended to a file, with the last lines at hand. Safe for several writers. Lines end where the service ends
/// them, not at a size.
/// </summary>
public sealed class LogFile : IDisposable
{
    private const int KeptLines = 1000;

    private const long LargestFile = 16 * 1024 * 1024;

    private StreamWriter _writer;
    private readonly Queue<LogLine> _last = new();
    private readonly List<Channel<LogLine>> _followers = [];
    private readonly Lock _lock = new();
    private int _lines;
    private bool _isClosed;

    /// <summary>Begins an empty log.</summary>
    public LogFile(string path)
    {
        Path = path;
        _writer = Open(path);
    }

    /// <summary>Raised for each line, on the thread that wrote it.</summary>
    public event Action<string>? LineWritten;

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>Adds a line. What a handler of <see cref="LineWritten"/> throws becomes a line, too: a service goes on whoever reads its log.</summary>
    public void Write(string line)
    {
        Add(line);
        LineWritten.Notify(line, fault => Add($"lab: a reader of this log has failed at the line before: {fault}"));
    }

    /// <summary>The number of the last line; 0 before the first.</summary>
    public int LastNumber
    {
        get
        {
            lock (_lock)
            {
                return _lines;
            }
        }
    }

    /// <summary>The last lines, oldest first; at most 1000.</summary>
    /// <param name="count">How many.</param>
    /// <param name="after">Only lines after that of this number.</param>
    public IReadOnlyList<string> Last(int count, int after = 0)
    {
        lock (_lock)
        {
            return [.. _last.TakeLast(count).Where(line => line.Number > after).Select(line => line.Text)];
        }
    }

    /// <summary>
    /// The last lines, and when asked to follow all that come, until cancelled or the log is closed. A reader that is too slow misses
    /// lines; the numbers tell which.
    /// </summary>
    public async IAsyncEnumerable<LogLine> ReadAsync(bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var coming = Channel.CreateBounded<LogLine>(new BoundedChannelOptions(KeptLines) { FullMode = BoundedChannelFullMode.DropOldest });
        List<LogLine> kept;
        lock (_lock)
        {
            kept = [.. _last];
            if (follow && !_isClosed)
            {
                _followers.Add(coming);
            }
            else
            {
                coming.Writer.Complete();
            }
        }

        try
        {
            foreach (var line in kept)
            {
                yield return line;
            }

            await foreach (var line in coming.Reader.ReadAllAsync(cancellationToken))
            {
                yield return line;
            }
        }
        finally
        {
            lock (_lock)
            {
                _followers.Remove(coming);
            }
        }
    }

    private void Add(string line)
    {
        lock (_lock)
        {
            WriteToFile(line);
            var numbered = new LogLine(++_lines, DateTimeOffset.UtcNow, line);
            _last.Enqueue(numbered);
            if (_last.Count > KeptLines)
            {
                _last.Dequeue();
            }

            _followers.ForEach(follower => follower.Writer.TryWrite(numbered));
        }
    }

    private static StreamWriter Open(string path) =>
        new(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)) { AutoFlush = true };

    /// <summary>A lab that is kept up for weeks keeps the last two files of each log. A full disk costs lines, not the lab.</summary>
    private void WriteToFile(string line)
    {
        try
        {
            if (_writer.BaseStream.Length > LargestFile)
            {
                _writer.Dispose();
                File.Move(Path, $"{Path}.1", overwrite: true);
                _writer = Open(Path);
            }

            _writer.WriteLine(line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException) { }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            _writer.Dispose();
            _followers.ForEach(follower => follower.Writer.TryComplete());
        }
    }
}
