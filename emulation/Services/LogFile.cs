namespace Lab.Emulation.Services;

/// <summary>
/// A service's output: appended to a file, with the last lines at hand. Safe for several writers. Lines end where the service ends
/// them, not at a size.
/// </summary>
public sealed class LogFile : IDisposable
{
    private const int KeptLines = 1000;

    private const long LargestFile = 16 * 1024 * 1024;

    private StreamWriter _writer;
    private readonly Queue<string> _last = new();
    private readonly Lock _lock = new();

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

    /// <summary>Adds a line.</summary>
    public void Write(string line)
    {
        lock (_lock)
        {
            WriteToFile(line);
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
        catch (IOException)
        {
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
