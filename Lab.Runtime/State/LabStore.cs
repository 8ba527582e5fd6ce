using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Model.Running;

namespace Lab.Runtime.State;

/// <summary>
/// What is known of a lab that runs: the only copy, of resources and boots, wherever it runs. All changes go through it, one after
/// another, and every view is told of them in that order. Whoever changes something returns when the views have been told.
/// </summary>
public sealed partial class LabStore : ILabResources
{
    private readonly Lock _lock = new();
    private readonly Lock _telling = new();
    private readonly List<Entry> _entries = [];
    private readonly Queue<(Entry Entry, ResourceSnapshot? Resource, BootSnapshot? Boot)> _untold = [];

    /// <inheritdoc />
    public event Action<ResourceSnapshot>? ResourceChanged;

    /// <inheritdoc />
    public event Action<BootSnapshot>? BootChanged;

    /// <inheritdoc />
    public IReadOnlyList<ResourceSnapshot> Current => Read(entries => entries.Select(entry => entry.Now).ToList());

    /// <inheritdoc />
    public IReadOnlyList<BootSnapshot> Boots => Read(entries => entries.Select(entry => entry.Boot).OfType<BootSnapshot>().ToList());

    /// <summary>Adds a resource that was not started yet.</summary>
    /// <returns>False when there is one of that name already: it stays.</returns>
    public bool Add(StoredResource resource)
    {
        lock (_lock)
        {
            if (_entries.Any(entry => entry.Name == resource.Definition.Name))
            {
                return false;
            }

            var entry = new Entry(resource);
            entry.Now = resource.Completed(entry.Now, entry.Now);
            _entries.Add(entry);
            _untold.Enqueue((entry, entry.Now, null));
        }

        Tell();
        return true;
    }

    /// <summary>A resource as it is now.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public ResourceSnapshot Of(string name) => Find(name)?.Now ?? throw new ArgumentException(Unknown(name), nameof(name));

    /// <summary>The running or last boot of a node; null before its first.</summary>
    public BootSnapshot? BootOf(string node) => Find(node)?.Boot;

    /// <summary>Takes a change of a resource in, if there is one of that name.</summary>
    public void Change(string name, Func<ResourceSnapshot, ResourceSnapshot> change) => Change(name, change, changeBoot: null);

    /// <summary>Completes when a resource is as wanted.</summary>
    public async Task WaitAsync(string name, Func<ResourceSnapshot, bool> wanted, CancellationToken cancellationToken)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(ResourceSnapshot now)
        {
            if (now.Definition.Name == name && wanted(now))
            {
                reached.TrySetResult();
            }
        }

        ResourceChanged += Look;
        try
        {
            Look(Of(name));
            await reached.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            ResourceChanged -= Look;
        }
    }

    /// <inheritdoc />
    public IAsyncEnumerable<LogLine> ReadLogAsync(string resource, bool follow, CancellationToken cancellationToken) =>
        Find(resource)?.Resource.Log?.ReadAsync(follow, cancellationToken) ?? AsyncEnumerable.Empty<LogLine>();

    /// <inheritdoc />
    public IReadOnlyList<StorageState> StorageOf(string resource) => Find(resource)?.Resource.Storage ?? [];

    /// <inheritdoc />
    public string? LogFilePath(string resource) => Find(resource)?.Resource.Log?.Path;

    /// <inheritdoc />
    public Task<string?> ExecuteAsync(string resource, string command, string? evidence, CancellationToken cancellationToken) =>
        Find(resource)?.Resource.ExecuteAsync(command, evidence, cancellationToken) ?? Task.FromResult<string?>(Unknown(resource));

    /// <summary>Takes changes of a resource and of its boot in, as one: nobody sees the one without the other.</summary>
    private void Change(string name, Func<ResourceSnapshot, ResourceSnapshot>? change, Func<BootSnapshot?, BootSnapshot?>? changeBoot)
    {
        lock (_lock)
        {
            if (_entries.FirstOrDefault(entry => entry.Name == name) is not { } entry)
            {
                return;
            }

            if (changeBoot?.Invoke(entry.Boot) is { } boot && boot != entry.Boot)
            {
                entry.Boot = boot;
                _untold.Enqueue((entry, null, boot));
            }

            if (change is not null && entry.Resource.Completed(entry.Now, change(entry.Now)) is var after && after != entry.Now)
            {
                entry.Now = after;
                _untold.Enqueue((entry, after, null));
            }
        }

        Tell();
    }

    /// <summary>Tells of what was not told yet. What a view changes while it is told comes after what it is told of.</summary>
    private void Tell()
    {
        if (_telling.IsHeldByCurrentThread)
        {
            return;
        }

        lock (_telling)
        {
            while (Next() is { } next)
            {
                void Note(Exception fault) => next.Entry.Resource.Log?.Write($"lab: a view of {next.Entry.Name} has failed: {fault}");
                if (next.Resource is { } resource)
                {
                    ResourceChanged.Notify(resource, Note);
                }

                if (next.Boot is { } boot)
                {
                    BootChanged.Notify(boot, Note);
                }
            }
        }
    }

    private (Entry Entry, ResourceSnapshot? Resource, BootSnapshot? Boot)? Next()
    {
        lock (_lock)
        {
            return _untold.TryDequeue(out var next) ? next : null;
        }
    }

    private string Unknown(string name) => UnknownResource.Message(name, [.. Current.Select(known => known.Definition.Name)]);

    private Entry? Find(string name) => Read(entries => entries.FirstOrDefault(entry => entry.Name == name));

    private T Read<T>(Func<List<Entry>, T> read)
    {
        lock (_lock)
        {
            return read(_entries);
        }
    }

    private sealed class Entry(StoredResource resource)
    {
        public StoredResource Resource => resource;

        public string Name => resource.Definition.Name;

        public ResourceSnapshot Now { get; set; } = new(resource.Definition, ResourceState.NotStarted);

        public BootSnapshot? Boot { get; set; }
    }
}
