using Lab.BootServer.Logging;
using Lab.BootServer.Native;
using Lab.GoTemplates;

namespace Lab.BootServer.Data;

/// <summary>
/// A matchbox data directory. Every answer is that of the directory as it was when the question was asked, at the price of one
/// system call: files are read once a version.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    /// <summary>Looks at a file that changes faster than it is read, until its last good version is the answer.</summary>
    private const int MostLooks = 4;

    private readonly Lock _lock = new();
    private readonly string _root;
    private readonly Inotify? _inotify;
    private readonly DirectoryChanges _changes;
    private readonly GroupDirectory _groups;
    private readonly FileTable<Group> _groupFiles;
    private readonly FileTable<Profile> _profiles;
    private readonly FileTable<Template> _templates;
    private readonly FileTable<byte[]> _plain;
    private volatile bool _refreshing;

    /// <param name="root">The directory of groups/, profiles/, generic/, cloud/ and ignition/.</param>
    /// <param name="log">Hears of broken files.</param>
    /// <param name="profileRead">Hears of each profile that is read.</param>
    /// <param name="time">The clock.</param>
    /// <param name="watch">False: do as where there is no inotify.</param>
    public DataDirectory(string root, LogrusLog log, TimeProvider time, Action<Profile>? profileRead = null, bool watch = true)
    {
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        _inotify = watch ? Inotify.TryCreate() : null;
        _changes = new DirectoryChanges(_inotify, _root, time);
        _groupFiles = new FileTable<Group>(GroupFile.Parse, _changes, Broken);
        _profiles = new FileTable<Profile>(ParseProfile, _changes, Broken);
        _templates = new FileTable<Template>(bytes => GoTemplates.Template.Parse(GoText.Decode(bytes.Span)), _changes, Broken);
        _plain = new FileTable<byte[]>(bytes => bytes.ToArray(), _changes, Broken);
        _groups = new GroupDirectory($"{_root}/groups", _groupFiles, _changes, time);
        lock (_lock)
        {
            _changes.TryWatch(_root);
            _groups.Refresh();
        }

        Profile ParseProfile(ReadOnlyMemory<byte> bytes)
        {
            var profile = ProfileFile.Parse(bytes);
            profileRead?.Invoke(profile);
            return profile;
        }

        void Broken(BrokenFile file) =>
            log.Warning(
                file.KeepsLastVersion ? "Broken file: its last good version stays in use" : "Broken file: it is left out",
                ("file", Path.GetRelativePath(_root, file.Path)),
                ("reason", file.Reason)
            );
    }

    /// <summary>Whether the directory is there.</summary>
    public bool Exists => Directory.Exists(_root);

    /// <summary>The groups as they are now.</summary>
    public GroupIndex Groups
    {
        get
        {
            Synchronize();
            return _groups.Index;
        }
    }

    /// <summary>The profile in <c>profiles/NAME.json</c>, or null when there is no valid one.</summary>
    public Profile? Profile(string name) => Read(_profiles, "profiles", name + ".json");

    /// <summary>The parsed template <c>FOLDER/NAME</c> (folder: generic, cloud or ignition), or null when there is no valid one.</summary>
    public Template? Template(string folder, string name) => Read(_templates, folder, name);

    /// <summary>The bytes of <c>FOLDER/NAME</c>, or null when there is no such file.</summary>
    public byte[]? Bytes(string folder, string name) => Read(_plain, folder, name);

    /// <summary>Reads the profiles in <c>profiles/</c>, so that <c>profileRead</c> has heard of them.</summary>
    public void ReadProfiles()
    {
        try
        {
            foreach (var path in Directory.EnumerateFiles($"{_root}/profiles", "*.json"))
            {
                Profile(Path.GetFileNameWithoutExtension(path));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Without that directory there are none.
        }
    }

    /// <summary>Compares every file with what was read of it, for file systems whose changes nobody reports (network, mmap).</summary>
    public void Revalidate()
    {
        lock (_lock)
        {
            _changes.Distrust();
            Apply();
        }
    }

    public void Dispose() => _inotify?.Dispose();

    private T? Read<T>(FileTable<T> table, string folder, string name)
        where T : class
    {
        if (StorePath.Resolve(_root, folder, name) is not { } path)
        {
            return null;
        }

        Synchronize();
        if (table.TryGetFresh(path, out var value))
        {
            return value;
        }

        lock (_lock)
        {
            return table.Read(path);
        }
    }

    /// <summary>
    /// Takes in what has changed. A caller who finds the queue empty because another one has just emptied it waits for that one,
    /// who has announced itself before it did.
    /// </summary>
    private void Synchronize()
    {
        if (_groups.Watched && !_changes.Any && !_refreshing)
        {
            return;
        }

        lock (_lock)
        {
            // What changes again while it is read is left as it was; the change may be an earlier one that was reported late.
            for (var look = 0; look < MostLooks && _changes.Any; look++)
            {
                Apply();
            }

            if (!_groups.Watched)
            {
                _groups.RefreshIfDue();
            }
        }
    }

    private void Apply()
    {
        _refreshing = true;
        var delta = _changes.Take();
        if (delta.Everything)
        {
            _changes.TryWatch(_root);
            InvalidateAll();
        }

        foreach (var path in delta.Settled)
        {
            Invalidate(path);
        }

        if (_groups.Concerns(delta))
        {
            _groups.Refresh();
        }

        _refreshing = false;
    }

    private void Invalidate(string path)
    {
        _groupFiles.Invalidate(path);
        _profiles.Invalidate(path);
        _templates.Invalidate(path);
        _plain.Invalidate(path);
    }

    private void InvalidateAll()
    {
        _groupFiles.InvalidateAll();
        _profiles.InvalidateAll();
        _templates.InvalidateAll();
        _plain.InvalidateAll();
    }
}
