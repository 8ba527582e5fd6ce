namespace Lab.Emulation.Services;

/// <summary>
/// A service's output: appended to a file, with the last lines at hand. Safe for several writers. Lines end where the service ends
/// them, not at a size.
/// </summary>
public sealed class LogFile : IDisposable
{
    private const int KeptLines = 1000;

    private readonly StreamWriter _writer;
    private readonly Queue<string> _last = new();
    private readonly Lock _lock = new();

    /// <summary>Begins an empty log.</summary>
    public LogFile(string path)
    {
        Path = path;
        _writer = new StreamWriter(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)) { AutoFlush = true };
    }

    /// <summary>Raised for each line, on the thread that wrote it.</summary>
    public event Action<string>? LineWritten;

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>Adds a line.</summary>
    public void Write(string line)
    {
        lock (_lock)
        {
            _writer.WriteLine(line);
            _last.Enqueue(line);
            if (_last.Count > KeptLines)
            {
                _last.Dequeue();
            }
        }

        LineWritten?.Invoke(line);
    }

    /// <summary>The last lines, oldest first; at most 1000.</summary>
    public IReadOnlyList<string> Last(int count)
    {
        lock (_lock)
        {
            return [.. _last.TakeLast(count)];
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_lock)
        {
            _writer.Dispose();
        }
    }
}
