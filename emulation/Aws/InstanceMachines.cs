using System.Net;
using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Emulation.Network.Vpc;
using Lab.Emulation.Services;
using Lab.Model.Definition;
using Lab.Model.Rendering;

namespace Lab.Emulation.Aws;

/// <summary>The machines of a VPC's instances: on while an instance is running, its disk kept while it is stopped, gone with it.</summary>
/// <param name="host">What they run on.</param>
/// <param name="images">What they come to boot.</param>
/// <param name="plan">What the boot of one should come to, by its name.</param>
public sealed class InstanceMachines(InstanceHost host, InstanceImages images, Func<string, BootPlan> plan) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, InstanceMachine> _machines = [];
    private readonly Dictionary<MacAddress, NodeBoot> _boots = [];
    private readonly Dictionary<string, ConsoleServer> _terminals = [];
    private readonly Dictionary<string, ResetLimit> _resets = [];
    private readonly DnsmasqReader _dhcp = new();
    private volatile VpcState? _vpc;

    /// <summary>Raised when a machine was switched on.</summary>
    public event Action<InstanceMachine>? Started;

    /// <summary>Raised, before that, when its boot has begun.</summary>
    public event Action<NodeBoot>? Began;

    /// <summary>Raised when a machine was switched off with its instance.</summary>
    public event Action<InstanceMachine>? Ended;

    /// <summary>Those that are on.</summary>
    public IReadOnlyList<InstanceMachine> On
    {
        get
        {
            lock (_lock)
            {
                return [.. _machines.Values];
            }
        }
    }

    /// <summary>True for an instance that came from the lab's launch template for nodes.</summary>
    public static bool IsNode(VpcInstance instance) => instance.AutoScalingGroup is null && instance.Tags.GetValueOrDefault(Tags.Id) == Tags.Node;

    /// <summary>Follows the VPC.</summary>
    public async Task ApplyAsync(VpcState? vpc, CancellationToken cancellationToken)
    {
        _vpc = vpc;
        var running = (vpc?.Instances ?? [])
            .Where(instance => IsNode(instance) && instance.State == "running")
            .OrderBy(instance => vpc!.NameOf(instance), StringComparer.Ordinal)
            .ToList();
        foreach (var machine in On.Where(machine => running.All(instance => instance.Id != machine.Instance.Id)))
        {
            await EndAsync(machine);
        }

        foreach (var ended in (vpc?.Instances ?? []).Where(instance => instance.State == "terminated"))
        {
            File.Delete(host.Site.Folder.Disk(ended.Id));
            await (_terminals.Remove(vpc!.NameOf(ended), out var terminals) ? terminals.DisposeAsync() : ValueTask.CompletedTask);
        }

        foreach (var instance in running.Where(instance => On.All(machine => machine.Instance.Id != instance.Id)))
        {
            _resets[instance.Id] = new ResetLimit();
            await StartAsync(vpc!, instance, cancellationToken);
        }
    }

    /// <summary>
    /// Machines that went off by themselves: as on EC2 one that reset itself boots again, in the same instance, and the instance of any other is
    /// stopped.
    /// </summary>
    /// <returns>True when an instance was stopped.</returns>
    public async Task<bool> KeepAsync(VpcState vpc, IAmazonEC2 ec2, CancellationToken cancellationToken)
    {
        var stopped = false;
        foreach (var machine in On.Where(machine => machine.Exited.IsCompletedSuccessfully))
        {
            var (id, end) = (machine.Instance.Id, await machine.Exited);
            if (vpc.Instances.FirstOrDefault(instance => instance.Id == id && instance.State == VpcInstance.Running) is not { } instance)
            {
                continue;
            }

            if (end.IsReset && machine.Boot.Read(_resets[id].BootsAgain))
            {
                await EndAsync(machine);
                await StartAsync(vpc, instance, cancellationToken);
            }
            else
            {
                await ec2.StopInstancesAsync(new StopInstancesRequest([id]), cancellationToken);
                stopped = true;
            }
        }

        return stopped;
    }

    /// <summary>Reads a line of the log of the VPC's DHCP.</summary>
    public void ReadDhcp(string line)
    {
        lock (_lock)
        {
            Hand(_dhcp.Read(line));
        }
    }

    /// <summary>Reads what instance metadata answered.</summary>
    public void Read(MetadataRequest request)
    {
        if (On.FirstOrDefault(machine => machine.Instance.Id == request.InstanceId) is { } machine && MetadataReading.Read(request, machine.Image) is { } seen)
        {
            machine.Boot.Observe(seen);
        }
    }

    /// <summary>Reads what the boot server answered, until cancelled.</summary>
    public async Task ReadBootServerAsync(CancellationToken cancellationToken)
    {
        await foreach (var request in BootRequests.ReadAsync(host.Site.Folder, cancellationToken))
        {
            lock (_lock)
            {
                // Who asks in another's name says nothing of that other.
                if (
                    BootRequestReader.Read(request) is { } seen
                    && IPAddress.TryParse(request.Remote, out var remote)
                    && _vpc?.Interfaces.FirstOrDefault(one => one.Mac == seen.Machine)?.Addresses.Contains(remote) == true
                )
                {
                    Hand(seen);
                }
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var machine in On)
        {
            await EndAsync(machine);
        }

        foreach (var terminals in _terminals.Values)
        {
            await terminals.DisposeAsync();
        }
    }

    private async Task StartAsync(VpcState vpc, VpcInstance instance, CancellationToken cancellationToken)
    {
        if (PluggedInstance.Of(vpc, instance) is { Name: var name } plugged)
        {
            var machine = await InstanceMachine.StartAsync(plugged, images.Of(name), plan(name), host, TerminalsOf(name), Begin, cancellationToken);
            lock (_lock)
            {
                _machines[instance.Id] = machine;
            }

            Started?.Invoke(machine);
        }
    }

    /// <summary>They stay attached while an instance is stopped and started.</summary>
    private ConsoleServer TerminalsOf(string name) =>
        _terminals.TryGetValue(name, out var known) ? known : _terminals[name] = new ConsoleServer(ConsoleServer.SocketPath(host.Site.Folder, name));

    private void Begin(NodeBoot boot)
    {
        lock (_lock)
        {
            _boots[boot.Mac] = boot;
        }

        Began?.Invoke(boot);
    }

    private async Task EndAsync(InstanceMachine machine)
    {
        lock (_lock)
        {
            _machines.Remove(machine.Instance.Id);
        }

        await machine.DisposeAsync();
        Ended?.Invoke(machine);
    }

    private void Hand((MacAddress Machine, Observation Observation)? seen)
    {
        if (seen is { } known && _boots.TryGetValue(known.Machine, out var boot))
        {
            boot.Observe(known.Observation);
        }
    }
}
