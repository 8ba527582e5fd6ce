using System.Collections.Concurrent;
using Amazon.EC2.Model;
using Lab.AppHost.Embedded;
using Lab.Dashboard.Running;
using Lab.Deployer.Commands;
using Lab.Emulation.Ec2;
using Lab.Emulation.Ec2.Bastion;
using Lab.Emulation.Fabric.Vpc;
using Lab.Emulation.Machines;
using Lab.Emulation.Services;
using Lab.Model.Resources;

namespace Lab.AppHost.Vpc;

/// <summary>What its views see: the network, the emulator, the bastion with its services, an instance for each node.</summary>
public sealed partial class VpcSession
{
    private const string Bastion = "bastion";
    private const string Terminate = "terminate";

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<InstanceMachine, bool> _failed = new();

    private readonly VpcResources _resources = new();
    private VpcRehearsal? _rehearsal;

    /// <inheritdoc />
    public ILabResources Resources => _resources;

    /// <inheritdoc />
    public VpcState? State => _rehearsal?.State;

    /// <inheritdoc />
    public async Task<IReadOnlyList<VpcCount>> CountersAsync(CancellationToken cancellationToken) =>
        _rehearsal is { } rehearsal ? await rehearsal.Fabric.CountersAsync(cancellationToken) : [];

    private void AddResources()
    {
        _resources.Add(new LabResource(LabResources.Network, ResourceKind.Network, "VPC") { Icon = "VirtualNetwork" }, () => _rehearsal?.Fabric.DhcpLog);
        var aws = LabResources.Of(_lab).Single(resource => resource.Kind == ResourceKind.Emulator);
        _resources.Add(aws with { Commands = [] }, () => _emulatorLog);
    }

    private void Follow(VpcRehearsal rehearsal, EmulatedAccount account, LocalDeployment deployment, IReadOnlyDictionary<string, string> urls)
    {
        _rehearsal = rehearsal;
        _resources.Add(new LabResource(Bastion, ResourceKind.Service, "instance of the bastion's group")
        {
            Icon = "Server",
            Endpoints = [new("ssh", $"{_lab.Bastion.Address}:22", "tcp", false)],
            Commands = [new(ResourceCommand.Start, "Start", "Play"), new(ResourceCommand.Stop, "Stop", "Stop", "Take the bastion's instance away, as its schedule does?")],
        }, () => rehearsal.Bastion.Log, (command, cancellationToken) => command == ResourceCommand.Start ? deployment.StartBastionAsync(cancellationToken) : deployment.StopBastionAsync(cancellationToken));
        rehearsal.Followed += vpc => ShowState(vpc, account);
        rehearsal.Bastion.StateChanged += _ => ShowBastion(rehearsal.Bastion, urls);
        rehearsal.Machines.Began += boot => Begin(boot, account);
        rehearsal.Machines.Started += machine => _ = FailAsync(rehearsal, machine);
        rehearsal.Machines.Ended += machine =>
        {
            var end = machine.Exited is { IsCompletedSuccessfully: true, Result: { } own } ? $"{VpcInstance.Stopped}: {own.Text}" : null;
            _resources.Change(machine.Instance.Id, now => now with { State = ServiceState.Exited, Pid = null, Detail = end ?? now.Detail });
            _resources.ChangeBoot(machine.Instance.Id, boot => boot is null ? null : boot with { EndedAfter = boot.EndedAfter ?? machine.Boot.Elapsed });
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
        _resources.Change(LabResources.Network, now => now with { State = vpc is null ? ServiceState.Waiting : ServiceState.Healthy, Detail = vpc is null ? "the emulator has no VPC of this lab" : vpc.Id });
        foreach (var instance in (vpc?.Instances ?? []).Where(InstanceMachines.IsNode))
        {
            AddNode(instance.Id, vpc!.Interfaces.FirstOrDefault(one => one.InstanceId == instance.Id)?.Addresses[0], account);
            _resources.Change(instance.Id, now => instance.State switch
            {
                VpcInstance.Running => now,
                "pending" => now with { State = ServiceState.Starting },
                // How it went off says more.
                var other => now with { State = ServiceState.Exited, Detail = now.Detail?.StartsWith($"{other}: ", StringComparison.Ordinal) == true ? now.Detail : other },
            });
        }
    }

    private void AddNode(string id, System.Net.IPAddress? address, EmulatedAccount account) => _resources.Add(new LabResource(id, ResourceKind.Node, "instance of the node launch template")
    {
        Icon = "DesktopTower",
        Endpoints = address is null ? [] : [new("talos", $"{address}:{LabResources.NodePort}", "tcp", false)],
        Commands =
        [
            new(ResourceCommand.Start, "Start", "Play"),
            new(ResourceCommand.Stop, "Stop", "Stop", $"Stop the instance {id}? Its disk is kept."),
            new(Terminate, "Terminate", "Delete", $"Terminate the instance {id}? Its disk is deleted."),
            new(ResourceCommand.Console, "Open console", "WindowConsole"),
        ],
    }, () => _machines.GetValueOrDefault(id)?.Machine.Console, (command, cancellationToken) => CommandAsync(account, id, command, cancellationToken));

    private static async Task CommandAsync(EmulatedAccount account, string id, string command, CancellationToken cancellationToken)
    {
        using var ec2 = account.CreateClient();
        await (command switch
        {
            ResourceCommand.Start => ec2.StartInstancesAsync(new StartInstancesRequest([id]), cancellationToken),
            ResourceCommand.Stop => ec2.StopInstancesAsync(new StopInstancesRequest([id]), cancellationToken),
            Terminate => (Task)ec2.TerminateInstancesAsync(new TerminateInstancesRequest([id]), cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command, "A node has no such command."),
        });
    }

    private void Begin(NodeBoot boot, EmulatedAccount account)
    {
        var id = boot.Node.Name;
        AddNode(id, boot.Node.Address, account);
        _resources.Change(id, now => now with { State = ServiceState.Running, Detail = null });
        _resources.ChangeBoot(id, _ => new BootSnapshot(id, boot.SwitchedOn, []) { Path = BootStages.Vpc });
        boot.StageReached += (_, stage, time, seen) =>
        {
            _resources.ChangeBoot(id, before => before! with
            {
                Stages = [.. before.Stages, new ReachedStage(stage, time, seen.Source)],
                IsReady = before.IsReady || stage == BootStage.Ready,
                EndedAfter = stage == BootStage.Ready ? time : before.EndedAfter,
                Failure = stage == BootStage.Ready ? null : before.Failure,
            });
            if (stage == BootStage.Ready)
            {
                _resources.Change(id, now => now with { State = ServiceState.Healthy, Detail = null });
            }
        };
    }

    /// <summary>Nodes that were ready are asked whether they still are, as on the LAN.</summary>
    private async Task ProbeNodesAsync(VpcRehearsal rehearsal)
    {
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(ProbeInterval, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var machine in rehearsal.Machines.On.Where(machine => machine.Boot.IsReady))
            {
                var failure = await new TcpProbe(rehearsal.Fabric, machine.Boot.Node.Address, LabResources.NodePort).TryAsync(ProbeTimeout, CancellationToken.None);
                if (!_stop.IsCancellationRequested && rehearsal.Machines.On.Contains(machine))
                {
                    _resources.Change(machine.Instance.Id, now => now.State is ServiceState.Healthy or ServiceState.Unhealthy
                        ? now with { State = failure is null ? ServiceState.Healthy : ServiceState.Unhealthy, Detail = failure }
                        : now);
                }
            }
        }
    }

    /// <summary>Finds out why a boot does not go on, and tells it once: of the first boots and of all that follow.</summary>
    private Diagnosis TellFailure(VpcRehearsal rehearsal, InstanceMachine machine)
    {
        var diagnosis = rehearsal.Diagnose(machine, _options.Timeout);
        if (_failed.TryAdd(machine, true))
        {
            _events.Add(new LabEvent.NodeFailed(machine.Instance.Id, diagnosis, machine.Boot.Elapsed));
        }

        return diagnosis;
    }

    /// <summary>Says why a boot does not go on, also of an instance that somebody else launched.</summary>
    private async Task FailAsync(VpcRehearsal rehearsal, InstanceMachine machine)
    {
        _resources.Change(machine.Instance.Id, now => now with { Pid = machine.Pid });
        await _machines[machine.Instance.Id].Settled;
        if (machine.Boot.IsReady || _isEnding || _machines[machine.Instance.Id].Machine != machine || (rehearsal.Machines.On.All(on => on != machine) && !HasReset(machine)))
        {
            return;
        }

        var diagnosis = TellFailure(rehearsal, machine);
        _resources.Change(machine.Instance.Id, now => now with { State = ServiceState.Unhealthy, Detail = $"{diagnosis.Ending}: {diagnosis.Cause}" });
        _resources.ChangeBoot(machine.Instance.Id, boot => boot! with { Failure = diagnosis, EndedAfter = machine.Boot.Elapsed });
    }

    private static bool HasReset(InstanceMachine machine) => machine.Exited is { IsCompletedSuccessfully: true, Result.IsReset: true };

    private void ShowBastion(BastionHost bastion, IReadOnlyDictionary<string, string> urls)
    {
        _resources.Change(Bastion, now => now with
        {
            State = bastion.State switch
            {
                BastionState.Up => ServiceState.Healthy,
                BastionState.Starting => ServiceState.Starting,
                BastionState.Off => now.State == ServiceState.NotStarted ? ServiceState.NotStarted : ServiceState.Exited,
                _ => ServiceState.Unhealthy,
            },
            Detail = bastion.State == BastionState.Failed ? "its user data has failed: see its log" : bastion.InstanceId,
        });
        var services = bastion.Services;
        foreach (var (name, state) in services)
        {
            _resources.Add(BastionContainers.Resource(_lab, name), () => bastion.LogOf(name));
            _resources.Change(name, now => now with
            {
                State = state == "running" ? ServiceState.Healthy : ServiceState.Unhealthy,
                Detail = state == "running" ? null : state,
                Urls = urls.TryGetValue(name, out var url) && now.Urls.Count == 0 ? new Dictionary<string, string> { [ResourceEndpoint.Web] = url } : now.Urls,
            });
        }

        foreach (var gone in _resources.Current.Where(now => now.Definition is { Kind: ResourceKind.Service, Name: not Bastion } && !services.ContainsKey(now.Definition.Name)))
        {
            _resources.Change(gone.Definition.Name, now => now with { State = ServiceState.Exited, Detail = "the bastion is off" });
        }
    }
}
