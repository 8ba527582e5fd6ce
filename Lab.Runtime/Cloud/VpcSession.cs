using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Lab.Deployment;
using Lab.Emulation.Aws;
using Lab.Emulation.Aws.Bastion;
using Lab.Emulation.Aws.MotoQuirks;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Emulation.Network;
using Lab.Emulation.Network.Isolation;
using Lab.Emulation.Network.Vpc;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Rendering;
using Lab.Model.Resources;
using Lab.Model.Running;
using Lab.Model.Services;
using Lab.Runtime.State;

namespace Lab.Runtime.Cloud;

/// <summary>
/// One rehearsal of a deployed lab, from the empty host to the empty host: an emulator, what lab-deploy makes in it, and the network,
/// bastion and machines that follow from that. The caller holds the lab's lock and has removed what an earlier run may have left.
/// </summary>
public sealed partial class VpcSession : ILabSession, IVpcLab
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BastionPatience = TimeSpan.FromSeconds(180);

    private readonly LabDefinition _lab;
    private readonly LabFolder _folder;
    private readonly HostTools _tools;
    private readonly VpcOptions _options;
    private readonly EventStream _events;
    private readonly Journal _journal;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Stack<IAsyncDisposable> _made = new();
    private readonly ConcurrentDictionary<string, Launched> _machines = new();
    private readonly StoreEvents _told;
    private readonly CancellationTokenSource _stop = new();
    private LogFile? _emulatorLog;
    private volatile bool _isDisposed;

    /// <summary>Prepares a run; nothing is started yet.</summary>
    public VpcSession(LabDefinition lab, LabFolder folder, HostTools tools, VpcOptions options, EventStream events)
    {
        (_lab, _folder, _tools, _options, _events) = (options.Fault.Change(lab), folder, tools, options, events);
        _journal = Journal.Create(folder);
        var self = ProcessIdentity.Of(Environment.ProcessId)!;
        _journal.Write(new HostStarted(self.Pid, self.StartTicks, DateTimeOffset.UtcNow));
        events.Folder = folder;
        _told = new StoreEvents(_store, events, () => Elapsed);
        AddResources();
    }

    /// <inheritdoc />
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_folder.Run);
        Directory.CreateDirectory(_folder.Logs);
        RunFolder.PrepareResolver(_folder, _lab.Network.DhcpOptions.Servers(_lab), _lab.Network.DhcpOptions.DomainName);
        var emulator = await StartEmulatorAsync(cancellationToken);
        var account = new EmulatedAccount(new Uri(emulator.Url), _lab.Region);
        var rehearsal = await VpcRehearsal.StartAsync(
            _lab,
            account,
            new LabSite(_folder, _journal, _tools),
            LabFolders.OfUser,
            _options.Images,
            HelperProgram.SocketBroker,
            architecture => _options.Fault.ImageName(_lab, architecture),
            Say,
            cancellationToken
        );
        _made.Push(rehearsal);
        emulator.Changed += rehearsal.MayHaveChanged;
        Say($"Lab {_lab.Name} as a VPC: {rehearsal.Fabric.Description}");
        var deployment = LocalDeployment.Open(_lab, account.Endpoint);
        _made.Push(
            new Ending(() =>
            {
                deployment.Dispose();
                return Task.CompletedTask;
            })
        );
        Follow(rehearsal, account, deployment, Show(rehearsal));
        var begun = Stopwatch.GetTimestamp();
        var changes = await deployment.ApplyAsync(cancellationToken);
        Say(
            string.Create(CultureInfo.InvariantCulture, $"Applied to the emulator: {changes} changes in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s.")
        );
        await _options.Fault.BreakAsync(account, cancellationToken);
        if (_options.Fault.StartsBastion)
        {
            await deployment.StartBastionAsync(cancellationToken);
            await BastionAsync(rehearsal.Bastion, cancellationToken);
        }

        if (_options.Fault.ServesDhcp)
        {
            ServeDhcp(rehearsal);
        }

        var ids = await deployment.LaunchAsync(cancellationToken, _options.Fault.UserData);
        await SettledAsync(ids, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        var allReady = Report(rehearsal, ids);
        if (!_options.Once)
        {
            var named = _lab.Name == new LabDefinition().Name ? "" : $" --name {_lab.Name}";
            Say(
                $"The lab {(allReady ? "is up" : "stays up for you to inspect it")} and follows the emulator. Try from another terminal: {DeployCommand.Line($"launch 1{named}")}; {DeployCommand.Line($"bastion stop{named}")}; {DeployCommand.Line($"verify{named}")}. Ctrl-C ends it."
            );
            await Task.WhenAny(Task.Delay(Timeout.Infinite, cancellationToken), rehearsal.Fabric.Lost);
            Say("Taking the lab down.");
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
        _told.End();
        await _stop.CancelAsync();
        try
        {
            while (_made.TryPop(out var made))
            {
                await made.DisposeAsync();
            }
        }
        finally
        {
            _events.Folder = null;
            _stop.Dispose();
            _journal.Dispose();
            await CleanUp.RunAsync(_folder, CancellationToken.None);
        }
    }

    /// <inheritdoc />
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    private void Say(string text) => _events.Add(new LabEvent.Message(text));

    private async Task<EmulatorFront> StartEmulatorAsync(CancellationToken cancellationToken)
    {
        var moto =
            _tools.MotoServer
            ?? throw new LabException(
                $"A VPC needs the AWS emulator, which this machine lacks. {new EmulatorRequirement(LabFolders.OfUser.Cache).Remedy}",
                exitCode: 2
            );
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        var front = await EmulatorFront.StartAsync(_folder, _ => Task.CompletedTask, cancellationToken);
        _made.Push(front);
        var spec = await AwsEmulator.SpecAsync(
            LabResources.Of(_lab).Single(resource => resource.Kind == ResourceKind.Emulator),
            moto,
            _folder,
            front,
            client,
            cancellationToken
        );
        var log = _emulatorLog = new LogFile(_folder.Log(LabResources.Aws));
        var process = LabProcess.Start(
            LabResources.Aws,
            spec.Command(),
            _folder,
            _journal,
            log,
            line => spec.Health.Leaves(line) || AwsEmulator.IsAnswered(line)
        );
        _made.Push(
            new Ending(async () =>
            {
                await process.StopAsync();
                log.Dispose();
            })
        );
        while (true)
        {
            try
            {
                await spec.Health.AskAsync(cancellationToken);
                _store.Change(
                    LabResources.Aws,
                    now =>
                        now with
                        {
                            State = ResourceState.Healthy,
                            Urls = new Dictionary<string, string> { [ResourceEndpoint.Web] = spec.Url! },
                        }
                );
                return front;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                if (process.Exited.IsCompleted || Elapsed > Patience)
                {
                    throw new LabException($"The AWS emulator does not start: {string.Join(' ', log.Last(3))}");
                }

                await Task.Delay(100, cancellationToken);
            }
        }
    }

    /// <returns>URLs of the bastion's containers on this machine, by the container's name.</returns>
    private Dictionary<string, string> Show(VpcRehearsal rehearsal)
    {
        var forwards = new List<PortForward>();
        _made.Push(new Ending(() => Task.WhenAll(forwards.Select(forward => forward.DisposeAsync().AsTask()))));
        string Forward(int port)
        {
            forwards.Add(PortForward.Open(rehearsal.Fabric, _lab.Bastion.Address, port));
            return $"http://127.0.0.1:{forwards[^1].LocalPort}";
        }

        rehearsal.Machines.Started += machine =>
        {
            var (name, id) = (machine.Boot.Node.Name, machine.Instance.Id);
            if (name != id && _machines.GetValueOrDefault(name)?.Machine.Instance.Id != id)
            {
                Say($"{name} is instance {id}, a {machine.Instance.InstanceType}.");
            }

            _machines[name] = new(machine, SettledAsync(rehearsal, machine));
        };
        return _lab
            .Mirrors.Select(mirror => (Name: ComposeFile.ServiceName(mirror), Port: mirror.Port.Number))
            .Append((Name: ComposeFile.MatchboxService, Port: _lab.Bastion.BootPort.Number))
            .ToDictionary(container => container.Name, container => Forward(container.Port));
    }

    /// <summary>DHCP as at home, on the bastion of the VPC. TFTP is that of the bastion's container.</summary>
    private void ServeDhcp(VpcRehearsal rehearsal)
    {
        const string name = "dnsmasq-dhcp";
        var config = Path.Combine(_folder.Run, $"{name}.conf");
        var leases = Path.Combine(_folder.Run, $"{name}.leases");
        File.WriteAllText(config, Dnsmasq.Config(_lab, tftpRoot: null, leases, timeServer: null));
        var log = new LogFile(_folder.Log(name));
        ILabFabric fabric = rehearsal.Fabric;
        var process = LabProcess.Start(
            name,
            fabric.Confine(LabHost.Bastion, DnsmasqSandbox.Of(_folder, config, leases), _tools.Dnsmasq, DnsmasqSandbox.Arguments(config)),
            _folder,
            _journal,
            log
        );
        _made.Push(
            new Ending(async () =>
            {
                await process.StopAsync();
                log.Dispose();
            })
        );
    }

    private static async Task BastionAsync(BastionHost bastion, CancellationToken cancellationToken)
    {
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bastion.StateChanged += state =>
        {
            if (state is BastionState.Up or BastionState.Failed)
            {
                settled.TrySetResult();
            }
        };
        try
        {
            await (bastion.State is BastionState.Up or BastionState.Failed ? Task.CompletedTask : settled.Task.WaitAsync(BastionPatience, cancellationToken));
        }
        catch (TimeoutException)
        {
            throw new LabException(
                $"The bastion's user data has not ended after {BastionPatience.TotalSeconds:0} s. Its output is in the log of the bastion, in the lab's folder."
            );
        }
    }

    /// <summary>Until a node is ready, off, or does not get ready unless somebody changes the VPC.</summary>
    private async Task SettledAsync(VpcRehearsal rehearsal, InstanceMachine machine)
    {
        using var settled = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        await Task.WhenAny(machine.Boot.Settled, machine.Exited, rehearsal.StuckAsync(machine, settled.Token), Task.Delay(_options.Timeout, settled.Token));
        await settled.CancelAsync();
        if (machine.Boot is { IsReady: false, Settled.IsCompleted: true } && !machine.Exited.IsCompleted)
        {
            await machine.Boot.EvidenceAsync(_stop.Token);
        }

        // One that reset itself boots again as a new machine, or its instance is stopped.
        while (
            !machine.Boot.IsReady
            && HasReset(machine)
            && !_stop.IsCancellationRequested
            && (!_machines.TryGetValue(machine.Boot.Node.Name, out var last) || last.Machine == machine)
            && rehearsal.State?.Instances.Any(instance => instance.Id == machine.Instance.Id && instance.State == VpcInstance.Running) == true
        )
        {
            await Task.Delay(50, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SettledAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        bool HasEnded(string id) => Launch(id) is { } launched ? launched.Settled.IsCompleted : Stopwatch.GetElapsedTime(begun) >= Patience;
        while (!ids.All(HasEnded))
        {
            await Task.Delay(50, cancellationToken);
        }
    }

    private Launched? Launch(string id) => _machines.Values.FirstOrDefault(launched => launched.Machine.Instance.Id == id);

    private bool Report(VpcRehearsal rehearsal, IReadOnlyList<string> ids)
    {
        var results = new List<LabEvent.NodeResult>();
        foreach (var id in ids)
        {
            var machine = Launch(id)?.Machine;
            var name = machine?.Boot.Node.Name ?? id;
            if (machine is { Boot.IsReady: false })
            {
                _store.Fail(name, machine.Boot, rehearsal.Diagnose(machine, _options.Timeout));
            }

            results.Add(new(name, machine?.Boot.IsReady == true, machine?.Boot.Stages ?? new Dictionary<BootStage, TimeSpan>()));
        }

        _events.Add(new LabEvent.Summary(Elapsed, results));
        return results.All(result => result.Ready);
    }

    /// <param name="Machine">An instance that was switched on.</param>
    /// <param name="Settled">Completes when its boot is to be reported.</param>
    private sealed record Launched(InstanceMachine Machine, Task Settled);

    private sealed class Ending(Func<Task> end) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await end();
    }
}
