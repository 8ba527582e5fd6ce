using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Lab.Emulation.Machines;
using Lab.Model.Running;
using Lab.Runtime.State;

namespace Lab.UnitTests.Dashboard;

/// <summary>A lab on a stage, for what a real one cannot be made to do on demand: a hundred thousand lines, ten nodes at a stage of choice.</summary>
public sealed class StagedLab : ILabResources
{
    private readonly Lock _lock = new();
    private readonly List<ResourceSnapshot> _resources = [];
    private readonly List<BootSnapshot> _boots = [];
    private readonly Dictionary<string, List<LogLine>> _logs = [];
    private readonly List<Channel<LogLine>> _readers = [];

    public event Action<ResourceSnapshot>? ResourceChanged;

    public event Action<BootSnapshot>? BootChanged;

    public event Action? ClusterChanged;

    public ClusterSnapshot? Cluster { get; private set; }

    public IReadOnlyList<ResourceSnapshot> Current => Read(() => _resources.ToList());

    public IReadOnlyList<BootSnapshot> Boots => Read(() => _boots.ToList());

    /// <summary>The commands that were run: <c>dnsmasq stop</c>.</summary>
    public List<string> Commands { get; } = [];

    /// <summary>What the next command answers; null for success.</summary>
    public string? Answer { get; set; }

    public void Set(ResourceSnapshot snapshot)
    {
        Replace(_resources, one => one.Definition.Name == snapshot.Definition.Name, snapshot);
        ResourceChanged?.Invoke(snapshot);
    }

    public void Set(string resource, ResourceState state, string? detail = null) =>
        Set(Current.First(one => one.Definition.Name == resource) with { State = state, Detail = detail });

    public void Set(ClusterSnapshot cluster)
    {
        Cluster = cluster;
        ClusterChanged?.Invoke();
    }

    public void Set(BootSnapshot boot)
    {
        Replace(_boots, one => one.Node == boot.Node, boot);
        BootChanged?.Invoke(boot);
    }

    public void Write(string resource, params IEnumerable<string> lines)
    {
        lock (_lock)
        {
            if (!_logs.TryGetValue(resource, out var log))
            {
                _logs[resource] = log = [];
            }

            foreach (var text in lines)
            {
                var line = new LogLine(log.Count + 1, DateTimeOffset.UtcNow, text);
                log.Add(line);
                _readers.ForEach(reader => reader.Writer.TryWrite(line));
            }
        }
    }

    public async IAsyncEnumerable<LogLine> ReadLogAsync(string resource, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = Channel.CreateUnbounded<LogLine>();
        List<LogLine> kept;
        lock (_lock)
        {
            kept = [.. _logs.GetValueOrDefault(resource, [])];
            _readers.Add(reader);
        }

        foreach (var line in kept)
        {
            yield return line;
        }

        while (follow && await reader.Reader.WaitToReadAsync(cancellationToken))
        {
            while (reader.Reader.TryRead(out var line))
            {
                yield return line;
            }
        }
    }

    public IReadOnlyList<StorageState> StorageOf(string resource) =>
        [new("Disk of 8 GiB", "blank in its first MiB"), new("UEFI variables", "empty, as in a new machine")];

    public string? LogFilePath(string resource) => null;

    public Task<string?> ExecuteAsync(string resource, string command, string? evidence, CancellationToken cancellationToken)
    {
        Commands.Add($"{resource} {command}");
        return Task.FromResult(Answer);
    }

    private T Read<T>(Func<T> read)
    {
        lock (_lock)
        {
            return read();
        }
    }

    private void Replace<T>(List<T> list, Predicate<T> isSame, T item)
    {
        lock (_lock)
        {
            var index = list.FindIndex(isSame);
            if (index < 0)
            {
                list.Add(item);
            }
            else
            {
                list[index] = item;
            }
        }
    }
}
