using Lab.BootServer.Native;

namespace Lab.BootServer.Data;

/// <summary>
/// Which files below the data directory have a new settled version. A file that somebody is writing is not settled until the writer
/// closes it: until then its last good version stays in use, so that a rewrite in place is never seen half done.
/// Only <see cref="Any"/> may be called by several threads at once.
/// </summary>
/// <param name="inotify">Null where there is none: nothing can be watched then.</param>
/// <param name="root">The data directory: a change of its own entries means that everything may have changed.</param>
/// <param name="time">The clock that bounds how long a writer may take.</param>
internal sealed class DirectoryChanges(Inotify? inotify, string root, TimeProvider time)
{
    /// <summary>A writer that has been silent this long without closing the file is taken as done.</summary>
    private static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(10);

    private const InotifyMask Gone = InotifyMask.DeleteSelf | InotifyMask.MoveSelf | InotifyMask.Ignored;

    private readonly HashSet<string> _watched = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> _directories = [];
    private readonly Dictionary<string, DateTimeOffset> _writing = new(StringComparer.Ordinal);
    private HashSet<string> _settled = new(StringComparer.Ordinal);
    private bool _everything;
    private volatile bool _collected;

    /// <summary>
    /// Whether <see cref="Take"/> would say something new. The order matters: whoever empties the queue has announced before that
    /// there is something, so that a change is never in neither place.
    /// </summary>
    public bool Any => (inotify is not null && inotify.HasEvents()) || _collected;

    /// <summary>Reports every later change of the directory's entries; false when that cannot be had.</summary>
    public bool TryWatch(string directory)
    {
        if (_watched.Contains(directory))
        {
            return true;
        }

        if (inotify?.TryWatch(directory) is not { } watch)
        {
            return false;
        }

        _watched.Add(directory);
        _directories[watch] = directory;
        return true;
    }

    /// <summary>Whether a writer has the file open and has not closed it yet.</summary>
    public bool IsBeingWritten(string path) => _writing.TryGetValue(path, out var since) && time.GetUtcNow() - since < LongestWrite;

    /// <summary>Whether the file has changed since the last <see cref="Take"/>: what was read of it since may be half of each version.</summary>
    public bool IsUnsettled(string path)
    {
        Collect();
        return IsBeingWritten(path) || _settled.Contains(path);
    }

    /// <summary>The changes since the last call.</summary>
    public DirectoryDelta Take()
    {
        Collect();
        var delta = new DirectoryDelta(_settled, _everything);
        if (_everything)
        {
            _watched.Clear();
        }

        _settled = new HashSet<string>(StringComparer.Ordinal);
        _everything = false;
        _collected = false;
        return delta;
    }

    /// <summary>Makes the next <see cref="Take"/> say that everything may have changed.</summary>
    public void Distrust() => _everything = true;

    private void Collect()
    {
        if (inotify is null || !inotify.HasEvents())
        {
            return;
        }

        _collected = true;
        foreach (var change in inotify.Read())
        {
            _everything |= change.Mask.HasFlag(InotifyMask.Overflow);
            if (_directories.TryGetValue(change.Watch, out var directory))
            {
                Note(change, directory);
            }
        }
    }

    private void Note(InotifyEvent change, string directory)
    {
        if ((change.Mask & Gone) != 0)
        {
            _directories.Remove(change.Watch);
            _everything = true;
            return;
        }

        var path = $"{directory}/{change.Name}";
        if ((change.Mask & InotifyMask.Modify) != 0 || ((change.Mask & InotifyMask.Create) != 0 && IsNewFile(path)))
        {
            _writing[path] = time.GetUtcNow();
            return;
        }

        if ((change.Mask & InotifyMask.Attributes) == 0)
        {
            _writing.Remove(path);
        }

        _settled.Add(path);
        _everything |= directory == root;
    }

    /// <summary>Made by open(2), so that a close will follow; a link to something is complete at once.</summary>
    private static bool IsNewFile(string path) => FileStamp.Of(path, followLink: false) is { IsRegular: true, Links: 1 };
}

/// <summary>What has changed.</summary>
/// <param name="Settled">Full paths of the entries that were closed after a write, put in place, replaced or removed.</param>
/// <param name="Everything">The kernel lost events or a directory was replaced: look at everything again.</param>
internal sealed record DirectoryDelta(IReadOnlySet<string> Settled, bool Everything);
