using System.Diagnostics;
using Lab.Dashboard.Running;
using Lab.Emulation.Fabric;
using Lab.Emulation.Host;
using Lab.Emulation.Machines;
using Lab.Emulation.Services;
using Lab.Emulation.Services.Containers;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.AppHost.Embedded;

/// <summary>
/// One run of a lab, from the empty host to the empty host: network, services, nodes, and all of it away again. The caller holds the
/// lab's lock and has removed what an earlier run may have left.
/// </summary>
public sealed class LabSession : IAsyncDisposable
{
    private static readonly TimeSpan ServicePatience = TimeSpan.FromSeconds(30);

    private readonly LabDefinition _lab;
    private readonly LabFolder _folder;
    private readonly HostTools _tools;
    private readonly SessionOptions _options;
    private readonly EventStream _events;
    private readonly Journal _journal;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Stack<IAsyncDisposable> _made = new();
    private readonly List<SupervisedService> _services = [];
    private readonly Dictionary<string, string> _urls = [];
    private readonly NodeBoots _nodes;

    /// <summary>Prepares a run; nothing is started yet.</summary>
    public LabSession(LabDefinition lab, LabFolder folder, HostTools tools, SessionOptions options, EventStream events)
    {
        (_lab, _folder, _tools, _options, _events) = (lab, folder, tools, options, events);
        _journal = Journal.Create(folder);
        var self = ProcessIdentity.Of(Environment.ProcessId)!;
        _journal.Write(new HostStarted(self.Pid, self.StartTicks, DateTimeOffset.UtcNow));
        events.Folder = folder;
        _nodes = new NodeBoots(lab, options.Image.Image, Services, _events);
    }

    /// <summary>Time since the lab's start.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    /// <summary>Runs the lab until its nodes have settled and, unless it is to run once, until it is cancelled.</summary>
    /// <returns>True when all nodes got ready.</returns>
    /// <exception cref="LabException">The lab could not be brought up.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the nodes had settled.</exception>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        RunFolder.Prepare(_lab, _folder, _tools, _options.Image.Image, _options.Image.KernelPath, _options.Image.InitrdPath, _options.MachineConfigs);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_options.Timeout);

        var containers = await ServiceContainers.PrepareAsync(_lab, _folder, _journal, text => _events.Add(new LabEvent.Message(text)), cancellationToken);
        _made.Push(containers);
        var fabric = await LabFabric.CreateAsync(_lab, _folder, _journal, Commands.BrokerCommand.Invocation, cancellationToken, containers);
        _made.Push(fabric);
        _events.Add(new LabEvent.Message($"Lab {_lab.Name}: {fabric.Description}"));
        await StartServicesAsync(fabric, containers, cancellationToken);
        await NeededServicesAsync(cancellationToken);
        try
        {
            await BreakAsync();
            await StartNodesAsync(fabric, cancellationToken);
            await UnlessLostAsync(fabric, _nodes.SettledAsync(patience.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Out of patience: what has not settled has failed.
        }

        cancellationToken.ThrowIfCancellationRequested();
        var allReady = _nodes.Report(Elapsed);
        if (!_options.Once)
        {
            _events.Add(new LabEvent.Message($"The lab {(allReady ? "is up" : "stays up, for you to look into it")}. Ctrl-C ends it."));
            await UnlessLostAsync(fabric, _nodes.WatchAsync(cancellationToken));
            _events.Add(new LabEvent.Message("Taking the lab down."));
        }

        return allReady;
    }

    private async Task UnlessLostAsync(LabFabric fabric, Task work)
    {
        if (await Task.WhenAny(work, fabric.Lost) == fabric.Lost)
        {
            throw new LabException($"The lab's network is gone: the process that held it has ended. See {_folder.Log("namespaces")}");
        }

        await work;
    }

    /// <summary>Takes everything away, in the opposite order of making.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _services.ForEach(service => service.StateChanged -= Show);
            await _nodes.DisposeAsync();
            await Task.WhenAll(_services.Select(service => service.DisposeAsync().AsTask()));
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

    private IReadOnlyList<SupervisedService> Services() => _services;

    private async Task StartServicesAsync(LabFabric fabric, ServiceContainers containers, CancellationToken cancellationToken)
    {
        var log = new LogFile(_folder.Log("upstream"));
        _made.Push(new Disposer(log));
        _made.Push(DnsForwarder.Start(fabric));

        var catalog = new ServiceCatalog(_lab, _folder, fabric, _tools, containers);
        _made.Push(new Disposer(catalog));
        foreach (var spec in catalog.All())
        {
            var service = new SupervisedService(spec, _folder, _journal);
            _services.Add(service);
            _urls[spec.Name] = spec.Url ?? (spec.ForwardedPort is { } port ? Forward(fabric, port) : "");
            service.StateChanged += Show;
            if (spec.Name == Dnsmasq.Name)
            {
                service.Log.LineWritten += _nodes.ReadDnsmasq;
            }

            if (spec.Name == Matchbox.Name)
            {
                _nodes.ReadBootServer(service, _folder);
            }
        }

        // What nodes cannot boot without is started first; the caches find the way out already there.
        foreach (var service in _services.Where(service => service.Spec.NeededToBoot))
        {
            service.Start();
        }

        var upstreams = await UpstreamGateway.StartAsync(_lab, fabric, log, null, cancellationToken);
        _made.Push(upstreams);
        _made.Push(await CacheFront.StartAsync(_lab, _folder, fabric, upstreams, log, null, cancellationToken));
        _made.Push(CacheCleaner.Start(_lab, _folder, log));
        foreach (var service in _services)
        {
            service.Start();
        }
    }

    private string Forward(LabFabric fabric, int port)
    {
        var forward = PortForward.Open(fabric, _lab.Bastion.Address, port);
        _made.Push(forward);
        return $"http://127.0.0.1:{forward.LocalPort}";
    }

    private void Show(SupervisedService service) => _events.Add(new LabEvent.Service(
        service.Spec.Name, service.State, service.Detail, service.Spec.Address,
        _urls[service.Spec.Name] is { Length: > 0 } url ? url : null, Elapsed));

    private async Task NeededServicesAsync(CancellationToken cancellationToken)
    {
        var needed = _services.Where(service => service.Spec.NeededToBoot).ToList();
        await Task.WhenAny(Task.WhenAll(needed.Select(service => service.Settled)), Task.Delay(ServicePatience, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        if (needed.FirstOrDefault(service => service.State != ServiceState.Healthy) is { } failed)
        {
            throw new LabException(string.Join('\n',
                [$"{failed.Spec.Name} is {failed.Status}; nodes cannot boot without it. Its last words:", .. failed.Log.Last(5).Select(line => $"  {line}")]));
        }
    }

    private async Task BreakAsync()
    {
        _options.Fault.BreakFiles(_folder, _options.Image.Image);
        if (_services.FirstOrDefault(service => service.Spec.Name == _options.Fault.StoppedService) is { } stopped)
        {
            await stopped.StopAsync();
        }
    }

    private async Task StartNodesAsync(LabFabric fabric, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _lab.Nodes.Count; i++)
        {
            var node = _lab.Nodes[i];
            var network = await fabric.AttachAsync($"node{i}", cancellationToken);
            _nodes.Start(node with { Mac = _options.Fault.Mac(node) }, (started, onLine) => Machine.Start(
                started, network, _options.Image.Image, fabric, _folder, _journal, _tools, onLine), fabric);
        }
    }

    private sealed class Disposer(IDisposable inner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            inner.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
