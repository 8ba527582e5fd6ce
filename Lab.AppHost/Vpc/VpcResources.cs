using System.Diagnostics;
using Lab.Dashboard.Running;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Resources;

namespace Lab.AppHost.Vpc;

/// <summary>The resources of a lab in a VPC as views see them. Instances and the bastion's services come while it runs.</summary>
internal sealed class VpcResources : ILabResources
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly List<Part> _parts = [];

    /// <inheritdoc />
    public event Action<ResourceSnapshot>? ResourceChanged;

    /// <inheritdoc />
    public event Action<BootSnapshot>? BootChanged;

    /// <inheritdoc />
    public IReadOnlyList<ResourceSnapshot> Current => Read(parts => parts.Select(part => part.Now).ToList());

    /// <inheritdoc />
    public IReadOnlyList<BootSnapshot> Boots => Read(parts => parts.Select(part => part.Boot).OfType<BootSnapshot>().ToList());

    /// <summary>Adds a resource, unless it is there already.</summary>
    /// <param name="definition">What it is.</param>
    /// <param name="log">Its output; null while there is none.</param>
    /// <param name="execute">Runs a command by name; null where it has none.</param>
    public void Add(LabResource definition, Func<LogFile?> log, Func<string, CancellationToken, Task>? execute = null)
    {
        var now = Prepared(new ResourceSnapshot(definition, ServiceState.NotStarted));
        lock (_lock)
        {
            if (_parts.Any(part => part.Now.Definition.Name == definition.Name))
            {
                return;
            }

            _parts.Add(new Part(now, log, execute));
        }

        ResourceChanged?.Invoke(now);
    }

    /// <summary>Takes a change in and tells of it.</summary>
    public void Change(string name, Func<ResourceSnapshot, ResourceSnapshot> change)
    {
        ResourceSnapshot after;
        lock (_lock)
        {
            if (_parts.FirstOrDefault(part => part.Now.Definition.Name == name) is not { } part)
            {
                return;
            }

            after = Prepared(change(part.Now));
            if (after == part.Now)
            {
                return;
            }

            part.Now = after;
        }

        ResourceChanged?.Invoke(after);
    }

    /// <summary>Takes a change of a node's boot in and tells of it.</summary>
    public void ChangeBoot(string node, Func<BootSnapshot?, BootSnapshot?> change)
    {
        BootSnapshot? after;
        lock (_lock)
        {
            if (_parts.FirstOrDefault(part => part.Now.Definition.Name == node) is not { } part || (after = change(part.Boot)) is null || after == part.Boot)
            {
                return;
            }

            part.Boot = after;
        }

        BootChanged?.Invoke(after);
    }

    /// <inheritdoc />
    public IAsyncEnumerable<LogLine> ReadLogAsync(string resource, bool follow, CancellationToken cancellationToken) =>
        Find(resource)?.Log()?.ReadAsync(follow, cancellationToken) ?? AsyncEnumerable.Empty<LogLine>();

    /// <inheritdoc />
    public string? LogFilePath(string resource) => Find(resource)?.Log()?.Path;

    /// <inheritdoc />
    public async Task<string?> ExecuteAsync(string resource, string command, CancellationToken cancellationToken)
    {
        if (Find(resource) is not { } part)
        {
            return $"The lab has no resource '{resource}'. It has: {string.Join(", ", Current.Select(known => known.Definition.Name))}.";
        }

        if (part.Now.Definition.Refuse(command) is { } refusal)
        {
            return refusal;
        }

        if (part.Execute is not { } execute || !part.Now.EnabledCommands.Contains(command))
        {
            return $"{resource} is {part.Now.State}: '{command}' does nothing now.";
        }

        try
        {
            await execute(command, cancellationToken);
            await FollowedAsync(part, command, cancellationToken);
            return null;
        }
        catch (Exception e) when (e is LabException or Amazon.Runtime.AmazonClientException or Amazon.Runtime.AmazonServiceException)
        {
            return e.Message;
        }
    }

    /// <summary>The emulator has done it; complete when the lab has followed, which it does within a second.</summary>
    private static async Task FollowedAsync(Part part, string command, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        while (part.Now.EnabledCommands.Contains(command) && Stopwatch.GetElapsedTime(begun) < Patience)
        {
            await Task.Delay(Look, cancellationToken);
        }
    }

    /// <summary>What follows from a state: its time and its commands.</summary>
    private static ResourceSnapshot Prepared(ResourceSnapshot now)
    {
        var isOff = now.State is ServiceState.Exited or ServiceState.NotStarted;
        var enabled = now.Definition.Commands.Select(command => command.Name).Where(command => command == ResourceCommand.Start == isOff).ToList();
        return now with
        {
            EnabledCommands = enabled.SequenceEqual(now.EnabledCommands) ? now.EnabledCommands : enabled,
            StartedAt = isOff ? null : now.StartedAt ?? DateTimeOffset.UtcNow,
        };
    }

    private Part? Find(string name) => Read(parts => parts.FirstOrDefault(part => part.Now.Definition.Name == name));

    private T Read<T>(Func<List<Part>, T> read)
    {
        lock (_lock)
        {
            return read(_parts);
        }
    }

    private sealed class Part(ResourceSnapshot now, Func<LogFile?> log, Func<string, CancellationToken, Task>? execute)
    {
        public ResourceSnapshot Now { get; set; } = now;

        public BootSnapshot? Boot { get; set; }

        public Func<LogFile?> Log => log;

        public Func<string, CancellationToken, Task>? Execute => execute;
    }
}
