using System.Collections.Concurrent;
using Lab.BootServer.Native;

namespace Lab.BootServer.Data;

/// <summary>
/// Parsed files by path, read once a version. A version that cannot be parsed leaves the last good one in place and is reported
/// once. <see cref="TryGetFresh"/> is for any thread; everything else is for one caller at a time.
/// </summary>
/// <param name="parse">Throws <see cref="FormatException"/> for a broken file.</param>
/// <param name="changes">Says when a file has a new version.</param>
/// <param name="broken">Hears of each broken version.</param>
internal sealed class FileTable<T>(Func<ReadOnlyMemory<byte>, T> parse, DirectoryChanges changes, Action<BrokenFile> broken)
    where T : class
{
    private const long LargestFile = 16 * 1024 * 1024;

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>The last good version, when nothing has changed since it was read.</summary>
    public bool TryGetFresh(string path, out T? value)
    {
        var fresh = _entries.TryGetValue(path, out var entry) && entry.Fresh;
        value = fresh ? entry!.Value : null;
        return fresh;
    }

    /// <summary>The last good version after a look at the file; null when there is none.</summary>
    public T? Read(string path)
    {
        var entry = _entries.GetOrAdd(path, static _ => new Entry());
        if (entry.Fresh || (entry.Value is not null && changes.IsBeingWritten(path)))
        {
            return entry.Value;
        }

        var watched = changes.TryWatch(Path.GetDirectoryName(path)!);
        var stamp = FileStamp.Of(path);
        if (stamp is null)
        {
            entry.Value = null;
            entry.Stamp = null;
        }
        else if (stamp != entry.Stamp)
        {
            Load(path, entry, stamp.Value);
        }

        entry.Fresh = watched && stamp == entry.Stamp && FileStamp.Of(path, followLink: false) is not { IsSymbolicLink: true };
        return entry.Value;
    }

    /// <summary>Reads this file again with the next <see cref="Read"/>.</summary>
    public void Invalidate(string path)
    {
        if (_entries.TryGetValue(path, out var entry))
        {
            entry.Stamp = null;
            entry.Fresh = false;
        }
    }

    /// <summary>Looks with the next <see cref="Read"/> whether the file is still the one that was read.</summary>
    public void InvalidateAll()
    {
        foreach (var entry in _entries.Values)
        {
            entry.Fresh = false;
        }
    }

    /// <summary>Takes the new version, unless somebody wrote to the file meanwhile: then the next look decides.</summary>
    private void Load(string path, Entry entry, FileStamp stamp)
    {
        entry.Stamp = null;
        T? value = null;
        var reason = "";
        try
        {
            value = parse(ReadBytes(path, stamp));
        }
        catch (Exception error) when (error is FormatException or IOException or UnauthorizedAccessException)
        {
            reason = error.Message;
        }

        var settled = !changes.IsUnsettled(path) && FileStamp.Of(path) == stamp;
        if (settled)
        {
            entry.Stamp = stamp;
        }

        if (value is not null && (settled || entry.Value is null))
        {
            entry.Value = value;
        }
        else if (value is null && settled)
        {
            broken(new BrokenFile(path, reason, KeepsLastVersion: entry.Value is not null));
        }
    }

    private static byte[] ReadBytes(string path, FileStamp stamp)
    {
        if (!stamp.IsRegular)
        {
            throw new FormatException("is not a regular file");
        }

        return stamp.Size <= LargestFile ? File.ReadAllBytes(path) : throw new FormatException($"is larger than {LargestFile / 1024 / 1024} MiB");
    }

    private sealed class Entry
    {
        public volatile T? Value;
        public volatile bool Fresh;
        public FileStamp? Stamp;
    }
}

/// <summary>A version of a file that is of no use.</summary>
/// <param name="Path">The file.</param>
/// <param name="Reason">What is wrong with it.</param>
/// <param name="KeepsLastVersion">Whether an older version stays in use.</param>
internal sealed record BrokenFile(string Path, string Reason, bool KeepsLastVersion);
