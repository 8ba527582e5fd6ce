using Amazon.EC2.Model;
using Lab.Deployment;
using Lab.Emulation.Aws;
using Lab.Emulation.Aws.Bastion;
using Lab.Emulation.Aws.MotoQuirks;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Emulation.Network.Vpc;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Resources;
using Lab.Model.Running;
using Lab.Runtime.State;

namespace Lab.Runtime.Cloud;

/// <summary>What its views see: the network, the emulator, the bastion with its services, an instance for each node.</summary>
public sealed partial class VpcSession
{
    private const string Bastion = "bastion";
    private const string Terminate = "terminate";

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);

    private readonly LabStore _store = new();
    private VpcRehearsal? _rehearsal;

    /// <inheritdoc />
    public ILabResources Resources => _store;

    /// <inheritdoc />
    public VpcState? State => _rehearsal?.State;

    /// <inheritdoc />
    public async Task<IReadOnlyList<VpcCount>> CountersAsync(CancellationToken cancellationToken) =>
        _rehearsal is { } rehearsal ? await rehearsal.Fabric.CountersAsync(cancellationToken) : [];

    private void Add(LabResource definition, Func<LogFile?> log, Func<string, CancellationToken, Task>? execute = null) =>
        _store.Add(new CloudResource(_store, definition, log, execute));

    private void AddResources()
    {
        Add(new LabResource(LabResources.Network, ResourceKind.Network, "VPC") { Icon = "VirtualNetwork" }, () => _rehearsal?.Fabric.DhcpLog);
        var aws = LabResources.Of(_lab).Single(resource => resource.Kind == ResourceKind.Emulator);
        Add(aws with { Commands = [] }, () => _emulatorLog);
    }

    private void Follow(VpcRehearsal rehearsal, EmulatedAccount account, LocalDeployment deployment, IReadOnlyDictionary<string, string> urls)
    {
        _rehearsal = rehearsal;
        Add(
            new LabResource(Bastion, ResourceKind.Service, "instance of the bastion's group")
            {
                Icon = "Server",
                Endpoints = [new("ssh", $"{_lab.Bastion.Address}:22", "tcp", false)],
                Commands =
                [
                    new(ResourceCommand.Start, "Start", "Play"),
                    new(ResourceCommand.Stop, "Stop", "Stop", "Take the bastion's instance away, as its schedule does?"),
                ],
            },
            () => rehearsal.Bastion.Log,
            (command, cancellationToken) =>
                command == ResourceCommand.Start ? deployment.StartBastionAsync(cancellationToken) : deployment.StopBastionAsync(cancellationToken)
        );
        rehearsal.Followed += vpc => ShowState(vpc, account);
        rehearsal.Bastion.StateChanged += _ => ShowBastion(rehearsal.Bastion, urls);
        rehearsal.Machines.Began += boot => Begin(boot, account);
        rehearsal.Machines.Started += machine => _ = FailAsync(rehearsal, machine);
        rehearsal.Machines.Ended += machine =>
        {
            var own = machine.Exited is { IsCompletedSuccessfully: true, Result: { } end } ? end : null;
            _store.Change(
                machine.Boot.Node.Name,
                now => now with { State = ResourceState.Exited, Pid = null, Detail = own is null ? now.Detail : $"{VpcInstance.Stopped}: {own.Text}" }
            );
            _store.End(machine.Boot.Node.Name, machine.Boot, own ?? new MachineEnd(0, null));
        };
        ShowBastion(rehearsal.Bastion, urls);
        ShowState(rehearsal.State, account);
        var timer = new Timer(_ => ShowBastion(rehearsal.Bastion, urls), null, Look, Look);
        _made.Push(new Ending(async () => await timer.DisposeAsync()));
        var probing = ProbeNodesAsync(rehearsal);
        _made.Push(new Ending(async () => await probing));
    }

    private void ShowState(VpcState? vpc, EmulatedAccount account)
    {
        _store.Change(
            LabResources.Network,
            now =>
                now with
                {
                    State = vpc is null ? ResourceState.Waiting : ResourceState.Healthy,
                    Detail = vpc is null ? "the emulator has no VPC of this lab" : vpc.Id,
                }
        );
        foreach (var instance in (vpc?.Instances ?? []).Where(InstanceMachines.IsNode))
        {
            var name = vpc!.NameOf(instance);
            if (instance.State == "terminated" && _store.Current.All(known => known.Definition.Name != name))
            {
                // It ended before anybody looked, or another has its name now.
                continue;
            }

            AddNode(name, vpc.Interfaces.FirstOrDefault(one => one.InstanceId == instance.Id)?.Addresses[0], account);
            _store.Change(
                name,
                now =>
                    instance.State switch
                    {
                        VpcInstance.Running => now,
                        "pending" => now with { State = ResourceState.Starting },
                        // How it went off says more.
                        var other => now with
                        {
                            State = ResourceState.Exited,
                            Detail = now.Detail?.StartsWith($"{other}: ", StringComparison.Ordinal) == true ? now.Detail : other,
                        },
                    }
            );
        }
    }

    private void AddNode(string name, System.Net.IPAddress? address, EmulatedAccount account) =>
        _store.Add(
            new CloudResource(
                _store,
                new LabResource(name, ResourceKind.Node, "instance of the node launch template")
                {
                    Icon = "DesktopTower",
                    Endpoints = address is null ? [] : LabResources.NodeEndpoints(address, ImageOf(name)),
                    Machine = _options.Images.Of(name).Booted(MachineOf(name)),
                    Commands =
                    [
                        new(ResourceCommand.Start, "Start", "Play"),
                        new(ResourceCommand.Stop, "Stop", "Stop", $"Stop the instance {name}? Its disk is kept."),
                        new(Terminate, "Terminate", "Delete", $"Terminate the instance {name}? Its disk is deleted."),
                        new(ResourceCommand.Console, "Open console", "WindowConsole"),
                    ],
                },
                () => _machines.GetValueOrDefault(name)?.Machine.Console,
                (command, cancellationToken) => CommandAsync(account, IdOf(name), command, cancellationToken)
            )
            {
                ReadStorage = () => StorageOf(name),
            }
        );

    /// <summary>What EC2 keeps of an instance that is off.</summary>
    private IReadOnlyList<StorageState> StorageOf(string name) =>
        State is { } vpc && vpc.Instances.FirstOrDefault(instance => vpc.NameOf(instance) == name) is { } instance
            ?
            [
                new(
                    $"Disk of {instance.DiskGib} GiB",
                    instance.State == "terminated"
                        ? "deleted with the instance"
                        : $"made from image {instance.ImageName ?? instance.ImageId}; kept until the instance is terminated"
                ),
                new("UEFI variables", "empty each time that it is switched on"),
            ]
            : [];

    /// <summary>An instance is one virtual processor here, whatever its type has. One that is no node of the definition has no role.</summary>
    private MachineFacts MachineOf(string name) =>
        new()
        {
            Role = _lab.FindNode(name)?.Role,
            Arch = NodeLaunch.OfInstance(_lab, name).Architecture.Id(),
            Cpus = 1,
            MemoryMib = _options.Images.Of(name).Image.MemoryMib,
            DisksGib = [NodeLaunch.OfInstance(_lab, name).DiskGib],
        };

    private ImageDefinition? ImageOf(string name) => _lab.FindNode(name) is { } node ? _lab.MachineOf(node).Image : _lab.ImageOfAll();

    /// <summary>The instance that has a name now.</summary>
    private string IdOf(string name) =>
        State is { } vpc && vpc.Instances.FirstOrDefault(instance => vpc.NameOf(instance) == name) is { } instance
            ? instance.Id
            : throw new LabException($"The VPC has no instance {name} any more.");

    private static async Task CommandAsync(EmulatedAccount account, string id, string command, CancellationToken cancellationToken)
    {
        using var ec2 = account.CreateClient();
        await (
            command switch
            {
                ResourceCommand.Start => ec2.StartInstancesAsync(new StartInstancesRequest([id]), cancellationToken),
                ResourceCommand.Stop => ec2.StopInstancesAsync(new StopInstancesRequest([id]), cancellationToken),
                Terminate => (Task)ec2.TerminateInstancesAsync(new TerminateInstancesRequest([id]), cancellationToken),
                _ => throw new ArgumentOutOfRangeException(nameof(command), command, "A node has no such command."),
            }
        );
    }

    private void Begin(NodeBoot boot, EmulatedAccount account)
    {
        var name = boot.Node.Name;
        AddNode(name, boot.Node.Address, account);
        var isFirst = _store.BootOf(name) is null;
        _store.Change(name, now => now with { State = ResourceState.Running, Detail = null, Restarts = isFirst ? 0 : now.Restarts + 1 });
        _store.Follow(name, boot);
    }

    /// <summary>Nodes that were ready are asked whether they still are, as on the LAN.</summary>
    private async Task ProbeNodesAsync(VpcRehearsal rehearsal)
    {
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(ProbeInterval, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var machine in rehearsal.Machines.On.Where(machine => machine.Boot.IsReady))
            {
                var failure = ReadyProbe.Of(machine.Boot.Plan.Ready, rehearsal.Fabric, machine.Boot.Node.Address) is { } probe
                    ? await probe.TryAsync(ProbeTimeout, CancellationToken.None)
                    : null;
                if (!_stop.IsCancellationRequested && rehearsal.Machines.On.Contains(machine))
                {
                    _store.Change(
                        machine.Boot.Node.Name,
                        now =>
                            now.State is ResourceState.Healthy or ResourceState.Unhealthy
                                ? now with
                                {
                                    State = failure is null ? ResourceState.Healthy : ResourceState.Unhealthy,
                                    Detail = failure,
                                }
                                : now
                    );
                }
            }
        }
    }

    /// <summary>Says why a boot does not go on, also of an instance that somebody else launched.</summary>
    private async Task FailAsync(VpcRehearsal rehearsal, InstanceMachine machine)
    {
        _store.Change(machine.Boot.Node.Name, now => now with { Pid = machine.Pid });
        await _machines[machine.Boot.Node.Name].Settled;
        if (
            machine.Boot.IsReady
            || _isDisposed
            || _machines[machine.Boot.Node.Name].Machine != machine
            || (rehearsal.Machines.On.All(on => on != machine) && !HasReset(machine))
        )
        {
            return;
        }

        _store.Fail(machine.Boot.Node.Name, machine.Boot, rehearsal.Diagnose(machine, _options.Timeout));
    }

    private static bool HasReset(InstanceMachine machine) => machine.Exited is { IsCompletedSuccessfully: true, Result.IsReset: true };

    private void ShowBastion(BastionHost bastion, IReadOnlyDictionary<string, string> urls)
    {
        _store.Change(
            Bastion,
            now =>
                now with
                {
                    State = bastion.State switch
                    {
                        BastionState.Up => ResourceState.Healthy,
                        BastionState.Starting => ResourceState.Starting,
                        BastionState.Off => now.State == ResourceState.NotStarted ? ResourceState.NotStarted : ResourceState.Exited,
                        _ => ResourceState.Unhealthy,
                    },
                    Detail = bastion.State == BastionState.Failed ? "its user data has failed: see its log" : bastion.InstanceId,
                }
        );
        var services = bastion.Services;
        foreach (var (name, state) in services)
        {
            Add(BastionContainers.Resource(_lab, name), () => bastion.LogOf(name));
            _store.Change(
                name,
                now =>
                    now with
                    {
                        State = state == "running" ? ResourceState.Healthy : ResourceState.Unhealthy,
                        Detail = state == "running" ? null : state,
                        Urls =
                            urls.TryGetValue(name, out var url) && now.Urls.Count == 0
                                ? new Dictionary<string, string> { [ResourceEndpoint.Web] = url }
                                : now.Urls,
                    }
            );
        }

        foreach (
            var gone in _store.Current.Where(now =>
                now.Definition is { Kind: ResourceKind.Service, Name: not Bastion } && !services.ContainsKey(now.Definition.Name)
            )
        )
        {
            _store.Change(gone.Definition.Name, now => now with { State = ResourceState.Exited, Detail = "the bastion is off" });
        }
    }
}
