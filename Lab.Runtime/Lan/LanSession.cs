using System.Diagnostics;
using System.Net.Sockets;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Emulation.Network;
using Lab.Emulation.Network.Home;
using Lab.Emulation.Network.Isolation;
using Lab.Emulation.Services;
using Lab.Emulation.Services.Containers;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Rendering;
using Lab.Model.Resources;
using Lab.Model.Services;
using Lab.Runtime.State;
using Lab.Runtime.Supervision;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Lab.Runtime.Lan;

/// <summary>
/// One run of a lab that serves a real network: services on this machine's own address, for machines that somebody switches on. It makes no
/// network and no machine. The caller holds the lab's lock and has removed what an earlier run may have left.
/// </summary>
public sealed class LanSession : ILabSession
{
    /// <summary>A server may look for 3 s whether an address is free before it offers it.</summary>
    private static readonly TimeSpan OfferTimeout = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(15);

    private readonly LabDefinition _lab;
    private readonly LabFolder _folder;
    private readonly HostTools _tools;
    private readonly LanOptions _options;
    private readonly EventStream _events;
    private readonly Journal _journal;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Stack<IAsyncDisposable> _made = new();
    private readonly TaskCompletionSource<ServiceCatalog> _catalog = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LabStore _store = new();
    private readonly StoreEvents _told;
    private readonly HealthCheckService _health;
    private readonly NetworkResource _network;
    private readonly IReadOnlyList<SupervisedService> _services;
    private readonly IReadOnlyList<LanNode> _nodes;
    private readonly MachineRecords _machines;
    private readonly LanBoots _boots;
    private readonly HashSet<string> _installed = [];
    private bool _isDisposed;

    /// <summary>Prepares a run; nothing is started yet.</summary>
    /// <param name="lab">The lab as it is served, see <see cref="HomeLan.Serve"/>.</param>
    /// <param name="folder">Its files.</param>
    /// <param name="tools">Programs of this machine.</param>
    /// <param name="options">The network, and how it is served.</param>
    /// <param name="events">Who is told what happens.</param>
    /// <param name="health">Has a registration of each resource's name.</param>
    public LanSession(LabDefinition lab, LabFolder folder, HostTools tools, LanOptions options, EventStream events, HealthCheckService health)
    {
        (_lab, _folder, _tools, _options, _events, _health) = (lab, folder, tools, options, events, health);
        _journal = Journal.Create(folder);
        _journal.Write(HostStarted.Now());
        _journal.Write(new InterfaceServed(options.Lan.Interface));
        events.Folder = folder;
        _told = new StoreEvents(_store, events, () => Elapsed);
        var all = LabResources.Of(lab, options.Lan);
        _network = new NetworkResource(_store, all.Single(resource => resource.Kind == ResourceKind.Network), folder, health);
        _services = [.. all.Where(resource => resource.Kind is ResourceKind.Service or ResourceKind.Cache).Select(Service)];
        _machines = MachineRecords.Read(folder);
        _nodes = [.. all.Where(resource => resource.Kind == ResourceKind.Node).Select(Node)];
        _boots = new LanBoots(lab, _nodes, _services, options.Timeout, events);
        foreach (var part in (IEnumerable<RunningResource>)[_network, .. _services, .. _nodes])
        {
            _store.Add(part);
        }
    }

    /// <inheritdoc />
    public ILabResources Resources => _store;

    /// <inheritdoc />
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    /// <summary>The part of that name.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public RunningResource Of(string name) => ((IEnumerable<RunningResource>)[_network, .. _services, .. _nodes]).Single(part => part.Definition.Name == name);

    /// <summary>Looks, serves, and ends when it is told to.</summary>
    /// <returns>True: a lab that was served until somebody ended it has done what it was to do.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var fabric = await _network.StartAsync(() => Task.FromResult(new HostFabric(_options.Lan)));
        _made.Push(fabric);
        Say($"Lab {_lab.Name}: {fabric.Description}");
        await LookAsync(fabric, cancellationToken);
        var images = new ServedImages(ReadKernelLogs(fabric)) { MachineConfigs = _options.MachineConfigs, RaspberryPi = _options.RaspberryPi };
        RunFolder.Prepare(_lab, _options.Lan, Resolver, _folder, _tools, images, HostFabric.HasViews);
        await OpenWaysAsync(fabric, cancellationToken);
        foreach (var service in _services)
        {
            service.Start();
        }

        await ServiceStart.RequireHealthyAsync([.. _services.Where(service => service.Definition.Name is Dnsmasq.Name or Matchbox.Name)], cancellationToken);
        foreach (var node in _nodes)
        {
            node.Start(fabric, _options.Lan);
        }

        Say(
            string.Join(
                '\n',
                [
                    "Served are, and nobody else:",
                    .. Reservations.Render(_lab, Reservations.Text).Select(line => $"  {line}"),
                    Instruction,
                    .. ClusterInstruction,
                    "Ctrl-C ends it.",
                ]
            )
        );
        SystemdService.TellReady();
        _ = _options.Lan.Dhcp == HomeDhcp.Full ? WatchAsync(fabric, cancellationToken) : Task.CompletedTask;
        await Task.WhenAny(Task.Delay(Timeout.Infinite, cancellationToken), fabric.Lost);
        if (!cancellationToken.IsCancellationRequested)
        {
            _network.Lose($"{_options.Lan.Interface} no longer has {_options.Lan.Address}");
            throw new LabException($"{_options.Lan.Interface} no longer has the address {_options.Lan.Address}, at which machines find Lab. Start it again.");
        }

        Say("Taking the lab down.");
        return true;
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
            await Task.WhenAll(_nodes.Select(node => node.DisposeAsync().AsTask()));
            await Task.WhenAll(_services.Select(service => service.DisposeAsync().AsTask()));
            await _network.DisposeAsync();
            while (_made.TryPop(out var made))
            {
                await made.DisposeAsync();
            }
        }
        finally
        {
            _events.Folder = null;
            _journal.Dispose();
            await CleanUp.RunAsync(_folder, CancellationToken.None);
        }
    }

    /// <summary>The name server that this machine asks; null where that is Lab's own.</summary>
    private string? Resolver =>
        DnsForwarder.OfHost() is { } resolver && !resolver.Address.Equals(_options.Lan.Address) ? $"{resolver.Address}#{resolver.Port}" : null;

    private string Instruction =>
        _options.Lan.Dhcp switch
        {
            HomeDhcp.Proxy =>
                $"The router gives their addresses; where it has no reservations for these yet: {LabCommand.Line("reservations")}. Switch the machines on, with network boot (PXE, IPv4) first.",
            HomeDhcp.Full => "Lab gives them these addresses. Switch the machines on, with network boot (PXE, IPv4) first.",
            _ =>
                $"Tell the router to name the boot file {string.Join(" or ", Dnsmasq.BootPrograms(_lab))} of the TFTP server {_options.Lan.Address} (DHCP options 66 and 67, next-server). Then switch the machines on, with network boot (PXE, IPv4) first.",
        };

    private IEnumerable<string> ClusterInstruction =>
        _lab.Cluster is null ? [] : [$"When they are ready, make the cluster of them from another terminal: {LabCommand.Line("cluster up")}"];

    private void Say(string text) => _events.Add(new LabEvent.Message(text));

    private SupervisedService Service(LabResource resource)
    {
        var service = new SupervisedService(
            _store,
            resource,
            async cancellationToken => (await _catalog.Task.WaitAsync(cancellationToken)).Of(resource) with { Url = Url(resource) },
            _folder,
            _journal,
            _health
        );
        if (resource.Name == Dnsmasq.Name)
        {
            service.Log.LineWritten += line => _boots.ReadDnsmasq(line);
        }

        return service;
    }

    private static string? Url(LabResource resource) => resource.Web is { } web ? $"http://{web.Address}" : null;

    private LanNode Node(LabResource resource)
    {
        var definition = _lab.Nodes.Single(node => node.Name == resource.Name);
        var found = _options.Images.Of(definition);
        var image = found.Image;
        var log = new LogFile(_folder.Log(resource.Name));
        var node = new LanNode(
            _store,
            resource with
            {
                Machine = found.Booted(MachineFacts.OfReal(_lab.MachineOf(definition))),
            },
            definition,
            new BootPlan(BootStages.Outside(_options.Lan.Dhcp, image.FetchesConfig || _options.MachineConfigs.ContainsKey(resource.Name)), image.Ready)
            {
                Perhaps = BootStages.OfKernelLog,
            },
            log,
            _health
        )
        {
            Choice = new BootChoice(_machines, _folder, definition),
            Power = new PowerCommands(_lab, definition, _folder, _options.CommandFolder, log),
        };
        node.Choice.Changed += () => TellChoice(node);
        node.Began += (began, boot) => _ = _boots.FollowAsync(_store, began, boot);
        return node;
    }

    private void TellChoice(LanNode node)
    {
        // Of a machine of which nothing was ever known there is nothing to tell.
        if (node.Choice.Record.Installed is null && _installed.Remove(node.Node.Name))
        {
            _events.Add(new LabEvent.NotInstalled(node.Node.Name));
        }

        if (node.Choice.Record is { Installed: { } evidence } record)
        {
            _installed.Add(node.Node.Name);
            _events.Add(new LabEvent.Installed(node.Node.Name, evidence, record.Reinstall));
        }
    }

    /// <summary>Before anything is served: who answers here already.</summary>
    private async Task LookAsync(HostFabric fabric, CancellationToken cancellationToken)
    {
        var offers = await DhcpDiscovery.AskAsync(fabric, LabHost.Bastion, _options.Lan.Interface, OfferTimeout, cancellationToken);
        foreach (var line in LanLook.Judge(_options.Lan, offers))
        {
            Say(line);
        }
    }

    /// <summary>Gives no more addresses once somebody else does.</summary>
    private async Task WatchAsync(HostFabric fabric, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(LookInterval, cancellationToken);
                var offers = await DhcpDiscovery.AskAsync(fabric, LabHost.Bastion, _options.Lan.Interface, OfferTimeout, cancellationToken);
                if (offers.Count > 0)
                {
                    await _services.Single(service => service.Definition.Name == Dnsmasq.Name).StopAsync();
                    Say(
                        $"DHCP server {offers[0].Server} answers on {_options.Lan.Interface} now: Lab has stopped {Dnsmasq.Name}, so that machines get their addresses from one only. Switch that server off and use: {LabCommand.Line($"start {Dnsmasq.Name}")}; or start again with dhcp: proxy."
                    );
                    return;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The lab ends, or the network cannot be asked any more: then it is lost.
        }
    }

    /// <summary>Listens to what the machines send of their kernels' logs.</summary>
    /// <returns>What they boot: with the word where to send it, if somebody listens.</returns>
    private LabImages ReadKernelLogs(HostFabric fabric)
    {
        if (_lab.Network.Home.KernelLogPort is not (> 0 and var port))
        {
            return _options.Images;
        }

        try
        {
            var receiver = new KernelLogReceiver(fabric, _options.Lan.Address, port, _boots.ReadKernelLog);
            _made.Push(receiver);
            receiver.Start();
            return _options.Images.With(image => image.SendingKernelLog(new(_options.Lan.Address, port)));
        }
        catch (SocketException e)
        {
            Say(
                $"The machines' kernel logs will not be shown: port {port} of this machine cannot be opened ({e.Message}). Set network.home.kernelLogPort to another one, or to 0."
            );
            return _options.Images;
        }
    }

    private async Task OpenWaysAsync(HostFabric fabric, CancellationToken cancellationToken)
    {
        var catalog = new ServiceCatalog(_lab, _folder, fabric, _tools, ServiceContainers.None(_folder), _options.Telemetry)
        {
            GivesAddresses = _options.Lan.Dhcp == HomeDhcp.Full,
        };
        _made.Push(new Closing(catalog));
        _boots.ReadBootServer(_folder);
        try
        {
            _made.Push(await LabCaches.StartAsync(_lab, _folder, fabric, cancellationToken));
        }
        catch (IOException e)
        {
            throw new LabException(
                $"The registry caches cannot be opened on this machine: {e.Message} Give the mirrors other ports, or leave them out with: mirrors: []",
                inner: e
            );
        }

        await TellTimeAsync(fabric, cancellationToken);
        _catalog.SetResult(catalog);
    }

    /// <summary>The machines of a cluster ask this machine for the time (see <see cref="ClusterPatches"/>). Who tells it here already goes on doing so.</summary>
    private async Task TellTimeAsync(HostFabric fabric, CancellationToken cancellationToken)
    {
        try
        {
            _made.Push(new TimeService(fabric, LabHost.Bastion, [_options.Lan.Address]));
        }
        catch (SocketException e)
        {
            if (!await TimeQuery.IsAnsweredAsync(fabric, LabHost.Bastion, _options.Lan.Address, cancellationToken))
            {
                Say(
                    $"{LanLook.NoTime(_options.Lan.Address)} Lab cannot open that port ({e.Message}). Let the program that has it answer this network (chrony: allow {_options.Lan.Network}), or stop it and start again."
                );
            }
        }
    }

    private sealed class Closing(IDisposable inner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            inner.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
