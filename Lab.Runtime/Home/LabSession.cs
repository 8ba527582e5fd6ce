using System.Collections.Concurrent;
using System.Diagnostics;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Emulation.Network;
using Lab.Emulation.Services.Containers;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Running;
using Lab.Runtime.State;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Lab.Runtime.Home;

/// <summary>
/// One run of a lab, from the empty host to the empty host: network, services, nodes, and all of it away again. The caller holds the
/// lab's lock and has removed what an earlier run may have left.
/// </summary>
public sealed partial class LabSession : ILabSession
{
    private readonly LabDefinition _lab;
    private readonly LabFolder _folder;
    private readonly HostTools _tools;
    private readonly HomeOptions _options;
    private readonly EventStream _events;
    private readonly Journal _journal;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly ConcurrentStack<IAsyncDisposable> _made = new();
    private readonly HealthCheckService _health;
    private readonly NodeBoots _boots;
    private readonly LabStore _store = new();
    private readonly StoreEvents _told;
    private bool _isDisposed;

    /// <summary>Prepares a run; nothing is started yet.</summary>
    public LabSession(
        LabDefinition lab,
        LabFolder folder,
        HostTools tools,
        HomeOptions options,
        EventStream events,
        HealthCheckService health,
        ILoggerFactory logs
    )
    {
        (_lab, _folder, _tools, _options, _events, _health) = (lab, folder, tools, options, events, health);
        _journal = Journal.Create(folder);
        _journal.Write(HostStarted.Now());
        events.Folder = folder;
        _told = new StoreEvents(_store, events, () => Elapsed);
        Parts = MakeParts();
        _boots = new NodeBoots(Parts, lab, options.Lan, events);
        var log = logs.CreateLogger<LabSession>();
        _store.ResourceChanged += now => LogChange(log, now.Definition.Name, now.State, now.Detail ?? "");
    }

    /// <summary>What it is made of, from before it is started until after it has ended.</summary>
    public HomeParts Parts { get; }

    /// <inheritdoc />
    public ILabResources Resources => _store;

    /// <inheritdoc />
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    /// <inheritdoc />
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        PrepareFolder();
        var cluster = _options.Cluster is { } run ? await run.PrepareAsync(_lab, _folder, _options.MachineConfigs, cancellationToken) : null;
        StartWaiting();
        if (NodeDisk.Warning(_lab, _folder) is { } warning)
        {
            _events.Add(new LabEvent.Message(warning));
        }

        var containers = await ServiceContainers.PrepareAsync(_lab, _folder, _journal, text => _events.Add(new LabEvent.Message(text)), cancellationToken);
        _made.Push(containers);
        var fabric = await Parts.Network.StartAsync(() =>
            LabFabric.CreateAsync(_lab, _folder, _journal, HelperProgram.SocketBroker, cancellationToken, Wire with { Bastion = containers.Bastion })
        );
        _made.Push(fabric);
        _events.Add(new LabEvent.Message($"Lab {_lab.Name}: {fabric.Description}"));
        await OpenWaysAsync(fabric, containers, cancellationToken);
        await Task.WhenAll(NodesCanStartAsync(cancellationToken), LookAsync(fabric, cancellationToken));
        await BreakAsync();
        _boots.WatchLan(fabric);
        await UnlessLostAsync(fabric, StartNodesAsync(fabric, cancellationToken));
        await UnlessLostAsync(fabric, _boots.SettledAsync(cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        var allReady = _boots.Report(Elapsed);
        if (cluster is not null && allReady)
        {
            var making = _options.Cluster!.RunAsync(
                cluster,
                happened =>
                {
                    _store.TakeCluster(happened);
                    _events.Add(happened);
                },
                cancellationToken
            );
            await UnlessLostAsync(fabric, making);
            allReady = await making;
        }

        if (_options.Once)
        {
            _told.End();
        }
        else
        {
            _events.Add(new LabEvent.Message($"The lab {(allReady ? "is up" : "stays up for you to inspect it")}. Ctrl-C ends it."));
            await UnlessLostAsync(fabric, Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default));
            _events.Add(new LabEvent.Message("Taking the lab down."));
        }

        return allReady;
    }

    /// <summary>Takes everything away, in the opposite order of making.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        try
        {
            _told.End();
            await _boots.DisposeAsync();
            await Parts.EndAsync();
            while (_made.TryPop(out var made))
            {
                await made.DisposeAsync();
            }
        }
        finally
        {
            // What is left now is what no object here stands for: the run folder, and processes that were being started.
            _events.Folder = null;
            _journal.Dispose();
            await CleanUp.RunAsync(_folder, CancellationToken.None);
        }
    }

    private async Task UnlessLostAsync(LabFabric fabric, Task work)
    {
        if (await Task.WhenAny(work, fabric.Lost) == fabric.Lost)
        {
            Parts.Network.Lose("the process that held it has ended");
            throw new LabException($"The lab's network is gone: the process that held it has ended. See {_folder.Log("namespaces")}");
        }

        await work;
    }

    [LoggerMessage(LogLevel.Information, "{Resource} is {State} {Detail}")]
    private static partial void LogChange(ILogger log, string resource, ResourceState state, string? detail);

    private async Task BreakAsync()
    {
        _options.Fault.BreakFiles(_folder, _options.Images.All.Select(image => image.Image));
        if (Parts.Services.FirstOrDefault(service => service.Definition.Name == _options.Fault.StoppedService) is { } stopped)
        {
            await stopped.StopAsync();
        }
    }
}
