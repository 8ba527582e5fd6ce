using System.Collections.Concurrent;
using System.Net;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Emulation.Network;
using Lab.Emulation.Network.Isolation;
using Lab.Emulation.Services;
using Lab.Emulation.Services.Containers;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Resources;
using Lab.Model.Services;
using Lab.Runtime.State;
using Lab.Runtime.Supervision;
using Lab.ServiceDefaults;

namespace Lab.Runtime.Home;

/// <summary>The lab's resources: made from the definition, started as what they wait for gets healthy.</summary>
public sealed partial class LabSession
{
    private readonly TaskCompletionSource<ServiceCatalog> _catalog = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _wayOut = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _allowed = new();
    private ILabFabric? _fabric;

    private HomeParts MakeParts()
    {
        var all = LabResources.OfRehearsal(_lab, _options.Lan);
        var parts = new HomeParts(
            new NetworkResource(_store, all.Single(resource => resource.Kind == ResourceKind.Network), _folder, _health),
            [.. all.Where(resource => resource.Kind is ResourceKind.Service or ResourceKind.Cache or ResourceKind.Emulator).Select(Service)],
            [.. all.Where(resource => resource.Kind == ResourceKind.Node).Select(Node)]
        );
        foreach (var part in parts.All)
        {
            _store.Add(part);
        }

        return parts;
    }

    private SupervisedService Service(LabResource resource)
    {
        var service = new SupervisedService(_store, resource, cancellationToken => PrepareAsync(resource, cancellationToken), _folder, _journal, _health);
        if (resource.Name == Dnsmasq.Name)
        {
            service.Log.LineWritten += line => _boots.ReadDnsmasq(line);
        }
        else if (resource.Name == HomeRouter.Name)
        {
            service.Log.LineWritten += line => _boots.ReadRouter(line);
        }

        return service;
    }

    private NodeResource Node(LabResource resource)
    {
        var node = _lab.Nodes.Single(node => node.Name == resource.Name);
        var found = _options.Images.Of(node);
        var image = found.Image;
        return new NodeResource(
            _store,
            resource with
            {
                Machine = found.Booted(MachineFacts.OfVirtual(_lab.MachineOf(node), image)),
            },
            node with
            {
                Mac = _options.Fault.Mac(node),
            },
            new(
                NodeDisk.AllOf(_lab, node, _folder),
                new(_folder.FirmwareVariables(node.Name), _tools.Of(_lab.MachineOf(node).Architecture).BlankVariables),
                _lab.MachineOf(node).HasTpm ? new Tpm(_folder.Tpm(node.Name)) : null
            ),
            new(Plan(node, image), line => _boots.ReadConsole(line, image), failed => _boots.Diagnose(failed), _options.Timeout),
            _folder,
            _health
        );
    }

    private BootPlan Plan(NodeDefinition node, BootImage image) =>
        new(BootStages.All.ShownBy(image, image.FetchesConfig || _options.MachineConfigs.ContainsKey(node.Name)), image.Ready);

    /// <summary>Waits for what a service needs. The caches find their way out already there.</summary>
    private async Task<ServiceSpec?> PrepareAsync(LabResource resource, CancellationToken cancellationToken)
    {
        await MayStartAsync(resource, cancellationToken);
        var catalog = await _catalog.Task.WaitAsync(cancellationToken);
        await Parts.DependenciesAsync(resource, cancellationToken);
        if (resource.Kind == ResourceKind.Cache)
        {
            await _wayOut.Task.WaitAsync(cancellationToken);
        }

        return resource.Kind == ResourceKind.Emulator
            ? await EmulatorAsync(catalog, resource, cancellationToken)
            : catalog.Of(resource) with
            {
                Url = resource.Web is { } web ? Forward(web.Port) : null,
            };
    }

    /// <returns>Null where no emulator is installed.</returns>
    private async Task<ServiceSpec?> EmulatorAsync(ServiceCatalog catalog, LabResource resource, CancellationToken cancellationToken)
    {
        if (_tools.MotoServer is not { } moto)
        {
            return null;
        }

        var service = Parts.Services.Single(service => service.Definition == resource);
        var front = await EmulatorFront.StartAsync(_folder, service.WakeAsync, cancellationToken);
        _made.Push(front);
        return await catalog.EmulatorAsync(resource, moto, front, cancellationToken) with { StartsWhenAsked = true };
    }

    private TaskCompletionSource Allowed(LabResource resource) =>
        _allowed.GetOrAdd(resource.Name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Whoever embeds the lab may keep a part from starting for as long as it likes.</summary>
    private async Task MayStartAsync(LabResource resource, CancellationToken cancellationToken)
    {
        await _options.MayStart(resource.Name, cancellationToken);
        Allowed(resource).TrySetResult();
    }

    private void StartWaiting()
    {
        foreach (var service in Parts.Services.Where(service => !_options.Elsewhere.Contains(service.Definition.Name)))
        {
            service.Start();
        }

        foreach (var node in Parts.Nodes)
        {
            node.Wait();
        }
    }

    private async Task OpenWaysAsync(ILabFabric fabric, ServiceContainers containers, CancellationToken cancellationToken)
    {
        _fabric = fabric;
        _made.Push(DnsForwarder.Start(fabric));
        if (_options.Fault.TellsTime)
        {
            _made.Push(new TimeService(fabric, LabHost.Bastion, new[] { _lab.Bastion.Address, _lab.Network.Ipv6Of(_lab.Bastion.Address) }.OfType<IPAddress>()));
        }

        if (_lab.Network.Internet == HomeInternet.Nat)
        {
            _made.Push(await InternetAccess.OpenAsync(_lab, fabric, cancellationToken));
            _events.Add(
                new LabEvent.Message(
                    $"network.internet: nat: the nodes reach the internet through this machine, by TCP{(_lab.Network.Ipv6 is null ? "" : " over IPv4")}."
                )
            );
        }

        if (OpenTelemetryDefaults.LoopbackPort(_options.Telemetry) is { } telemetry)
        {
            // The boot server sends from the bastion, whose loopback is another one.
            _made.Push(PortForward.OpenOut(fabric, telemetry));
        }

        var catalog = new ServiceCatalog(_lab, _folder, fabric, _tools, containers, _options.Telemetry)
        {
            GivesAddresses = _options.Lan is null,
            Home = _options.Lan,
        };
        _made.Push(new Disposer(catalog));
        await StartOtherServerAsync(catalog, cancellationToken);
        _boots.ReadBootServer(Parts.Services.Single(service => service.Definition.Name == Matchbox.Name), catalog.TellsRequests, _folder);
        _catalog.SetResult(catalog);

        _made.Push(await LabCaches.StartAsync(_lab, _folder, fabric, cancellationToken));
        _wayOut.SetResult();
    }

    private string Forward(int port)
    {
        var forward = PortForward.Open(_fabric!, _lab.Bastion.Address, port);
        _made.Push(forward);
        return $"http://127.0.0.1:{forward.LocalPort}";
    }

    /// <summary>Waits until all is healthy that the nodes wait for.</summary>
    /// <exception cref="LabException">Something of it does not start.</exception>
    private async Task NodesCanStartAsync(CancellationToken cancellationToken)
    {
        var needed = Parts.Services.Where(service => Parts.Nodes.Any(node => node.Definition.WaitsFor.Contains(service.Definition.Name))).ToList();

        // How long somebody else keeps a service from starting is not the service's time.
        await Task.WhenAny([Task.WhenAll(needed.Select(service => Allowed(service.Definition).Task)), .. needed.Select(service => service.Settled)])
            .WaitAsync(cancellationToken);
        await ServiceStart.RequireHealthyAsync(needed, cancellationToken);
    }

    private async Task StartNodesAsync(LabFabric fabric, CancellationToken cancellationToken)
    {
        var starts = new List<Task>();
        for (var i = 0; i < Parts.Nodes.Count; i++)
        {
            var node = Parts.Nodes[i];
            var machine = _lab.MachineOf(node.Node);
            var networks = new List<MachineNetwork>();
            for (var card = 0; card < machine.Macs.Count; card++)
            {
                networks.Add(await fabric.AttachAsync(card == 0 ? $"node{i}" : $"node{i}n{card}", cancellationToken));
            }

            var macs = machine.Macs;
            if (_options.Fault.HasOtherCard)
            {
                networks.Insert(0, await fabric.AttachAsync($"other{i}", cancellationToken));
                await fabric.UnplugAsync($"other{i}", cancellationToken);
                macs = [node.Node.Mac.Next(0x200), .. macs];
            }

            starts.Add(
                StartNodeAsync(
                    node,
                    new MachineHardware(macs, machine.Cpus, machine.MemoryMib)
                    {
                        BootCard = macs.Count - machine.Macs.Count,
                        Architecture = machine.Architecture,
                        Networks = networks,
                        Disks = node.Disks,
                        Variables = node.Variables.Path,
                        Tpm = node.Tpm?.Path,
                    },
                    fabric,
                    cancellationToken
                )
            );
        }

        await Task.WhenAll(starts);
    }

    private async Task StartNodeAsync(NodeResource node, MachineHardware hardware, LabFabric fabric, CancellationToken cancellationToken)
    {
        await MayStartAsync(node.Definition, cancellationToken);
        var image = _options.Images.Of(node.Node).Image;
        var site = new LabSite(_folder, _journal, _tools);
        await node.StartAsync(fabric, console => Machine.Start(node.Node.Name, hardware, image, fabric, site, console));
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
