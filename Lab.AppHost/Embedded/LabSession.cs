using System.Collections.Concurrent;
using System.Diagnostics;
using Lab.Dashboard.Running;
using Lab.Emulation.Fabric;
using Lab.Emulation.Host;
using Lab.Emulation.Machines;
using Lab.Emulation.Services;
using Lab.Emulation.Services.Containers;
using Lab.Model;
using Lab.Model.Definition;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Lab.AppHost.Embedded;

/// <summary>
/// One run of a lab, from the empty host to the empty host: network, services, nodes, and all of it away again. The caller holds the
/// lab's lock and has removed what an earlier run may have left.
/// </summary>
public sealed partial class LabSession : ILabSession
{
    private readonly LabDefinition _lab;
    private readonly LabFolder _folder;
    private readonly HostTools _tools;
    private readonly SessionOptions _options;
    private readonly EventStream _events;
    private readonly Journal _journal;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly ConcurrentStack<IAsyncDisposable> _made = new();
    private readonly HealthCheckService _health;
    private readonly NodeBoots _boots;
    private bool _isEnding;
    private bool _isDisposed;

    /// <summary>Prepares a run; nothing is started yet.</summary>
    public LabSession(LabDefinition lab, LabFolder folder, HostTools tools, SessionOptions options, EventStream events, HealthCheckService health, ILoggerFactory logs)
    {
        (_lab, _folder, _tools, _options, _events, _health) = (lab, folder, tools, options, events, health);
        _journal = Journal.Create(folder);
        _journal.Write(HostStarted.Now());
        events.Folder = folder;
        Resources = MakeResources();
        _boots = new NodeBoots(Resources, lab, options.Image.Image, events);
        var log = logs.CreateLogger<LabSession>();
        Resources.ResourceChanged += now => LogChange(log, now.Definition.Name, now.State, now.Detail ?? "");
    }

    /// <summary>The lab's resources, from before they are started until after they have ended.</summary>
    public RunningLab Resources { get; }

    /// <inheritdoc />
    ILabResources ILabSession.Resources => Resources;

    /// <inheritdoc />
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    /// <inheritdoc />
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        RunFolder.Prepare(_lab, _folder, _tools, _options.Image.Image, _options.Image.KernelPath, _options.Image.InitrdPath, _options.MachineConfigs);
        StartWaiting();
        if (NodeDisk.Warning(_lab, _folder) is { } warning)
        {
            _events.Add(new LabEvent.Message(warning));
        }

        var containers = await ServiceContainers.PrepareAsync(_lab, _folder, _journal, text => _events.Add(new LabEvent.Message(text)), cancellationToken);
        _made.Push(containers);
        var fabric = await Resources.Network.StartAsync(() => LabFabric.CreateAsync(_lab, _folder, _journal, Commands.BrokerCommand.Invocation, cancellationToken, containers));
        _made.Push(fabric);
        _events.Add(new LabEvent.Message($"Lab {_lab.Name}: {fabric.Description}"));
        await OpenWaysAsync(fabric, containers, cancellationToken);
        await NodesCanStartAsync(cancellationToken);
        await BreakAsync();
        await StartNodesAsync(fabric, cancellationToken);
        _boots.WatchLan(fabric);
        await UnlessLostAsync(fabric, _boots.SettledAsync(cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        var allReady = _boots.Report(Elapsed, isLast: _options.Once);
        if (!_options.Once)
        {
            _events.Add(new LabEvent.Message($"The lab {(allReady ? "is up" : "stays up, for you to look into it")}. Ctrl-C ends it."));
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
            _isEnding = true;
            await _boots.DisposeAsync();
            await Resources.EndAsync();
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
            Resources.Network.Lose();
            throw new LabException($"The lab's network is gone: the process that held it has ended. See {_folder.Log("namespaces")}");
        }

        await work;
    }

    [LoggerMessage(LogLevel.Information, "{Resource} is {State} {Detail}")]
    private static partial void LogChange(ILogger log, string resource, ServiceState state, string? detail);

    private async Task BreakAsync()
    {
        _options.Fault.BreakFiles(_folder, _options.Image.Image);
        if (Resources.Services.FirstOrDefault(service => service.Definition.Name == _options.Fault.StoppedService) is { } stopped)
        {
            await stopped.StopAsync();
        }
    }
}
