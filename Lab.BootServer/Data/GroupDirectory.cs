using Lab.BootServer.Native;

namespace Lab.BootServer.Data;

/// <summary>The groups of <c>groups/*.json</c> as one index. For one caller at a time; <see cref="Index"/> is for any thread.</summary>
internal sealed class GroupDirectory(string directory, FileTable<Group> files, DirectoryChanges changes, TimeProvider time)
{
    /// <summary>How often files are looked at whose changes nobody reports (symlinks, or no inotify).</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    private volatile GroupIndex _index = GroupIndex.Empty;
    private volatile bool _watched;
    private FileStamp? _stamp;
    private DateTimeOffset _readAt = DateTimeOffset.MinValue;

    /// <summary>What the last <see cref="Refresh"/> has found.</summary>
    public GroupIndex Index => _index;

    /// <summary>Whether a change would be reported; else <see cref="RefreshIfDue"/> has to look for itself.</summary>
    public bool Watched => _watched;

    /// <summary>Whether this is a change of the groups.</summary>
    public bool Concerns(DirectoryDelta delta) => delta.Everything || delta.Settled.Any(path => Path.GetDirectoryName(path) == directory);

    /// <summary>Without a watch: reads again when entries have come or gone, and now and then in any case.</summary>
    public void RefreshIfDue()
    {
        if (FileStamp.Of(directory) != _stamp || time.GetUtcNow() - _readAt >= PollInterval)
        {
            files.InvalidateAll();
            Refresh();
        }
    }

    /// <summary>Reads what has changed and swaps the index.</summary>
    public void Refresh()
    {
        // The watch comes first: what changes while the directory is read is then reported.
        var watched = changes.TryWatch(directory);
        _readAt = time.GetUtcNow();
        _stamp = FileStamp.Of(directory);
        var paths = EntryPaths();
        List<Group> groups = [];
        foreach (var path in paths)
        {
            if (files.Read(path) is { } group)
            {
                groups.Add(group);
            }

            watched &= files.TryGetFresh(path, out _) || changes.IsBeingWritten(path);
        }

        _index = new GroupIndex(groups);
        _watched = watched;
    }

    private List<string> EntryPaths()
    {
        try
        {
            var paths = Directory.GetFileSystemEntries(directory).Where(path => path.EndsWith(".json", StringComparison.Ordinal)).ToList();
            paths.Sort(StringComparer.Ordinal);
            return paths;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
