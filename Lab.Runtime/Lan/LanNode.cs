using System.Net;
using System.Net.Sockets;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Emulation.Network;
using Lab.Emulation.Network.Home;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Resources;
using Lab.Model.Running;
using Lab.Model.Services;
using Lab.Runtime.State;
using Lab.Runtime.Supervision;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Lab.Runtime.Lan;

/// <summary>A real machine that somebody switches on: what is seen of its boots, and whether it answers.</summary>
/// <param name="store">Where its state is kept.</param>
/// <param name="definition">What it is.</param>
/// <param name="node">The node.</param>
/// <param name="plan">The stages of its boots that can be seen, and what shows that it is ready.</param>
/// <param name="log">Gets a line for what is seen.</param>
/// <param name="health">Has a registration of its name.</param>
internal sealed class LanNode(LabStore store, LabResource definition, NodeDefinition node, BootPlan plan, LogFile log, HealthCheckService health)
    : RunningResource(store, definition, log, health)
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BootProbeInterval = TimeSpan.FromMilliseconds(500);

    private const string KernelLogMark = $"{Observation.KernelLog}: ";

    private readonly CancellationTokenSource _stop = new();
    private int _linesBefore;
    private Task _probing = Task.CompletedTask;
    private ILabFabric? _fabric;
    private HomeLan? _lan;
    private IPAddress? _seenAt;

    /// <summary>It was switched by a command since its last boot began; off, if the second is true too.</summary>
    private bool _isSwitched,
        _isOff;

    /// <summary>Raised when a boot begins.</summary>
    public event Action<LanNode, NodeBoot>? Began;

    /// <summary>The node.</summary>
    public NodeDefinition Node => node;

    /// <summary>What it gets when it asks for network boot.</summary>
    public required BootChoice Choice { get; init; }

    /// <summary>The user's commands that switch it.</summary>
    public required PowerCommands Power { get; init; }

    /// <summary>The running or last boot; null before the first that is seen.</summary>
    public NodeBoot? Boot { get; private set; }

    /// <summary>The address that it was last seen at; before that the one of the lab file.</summary>
    public IPAddress Address => _seenAt ?? node.Address;

    /// <summary>What shows that it is ready. Its console is not seen.</summary>
    private ReadySign Sign => plan.Ready is ReadySign.Console ? new ReadySign.Tcp(LabResources.NodePort) : plan.Ready;

    /// <summary>True while it is on its way from the network to its disk.</summary>
    public bool IsLeftToDisk => Boot is { IsReady: false } boot && boot.Stages.ContainsKey(BootStage.Disk);

    /// <summary>The last lines of its Linux's log in this boot, oldest first, of those that its log has in memory.</summary>
    public IReadOnlyList<string> KernelLog(int count) =>
        [
            .. Log.Last(int.MaxValue, after: _linesBefore)
                .Where(line => line.StartsWith(KernelLogMark, StringComparison.Ordinal))
                .TakeLast(count)
                .Select(line => line[KernelLogMark.Length..]),
        ];

    /// <summary>True for a boot that has not become ready, and is still the last thing that the machine was seen to do.</summary>
    public bool IsUnderWay(NodeBoot boot) => boot == Boot && !boot.IsReady && !_isSwitched;

    /// <summary>Begins to ask whether it answers: an installed machine does without a boot that is seen.</summary>
    /// <param name="fabric">This machine's network.</param>
    /// <param name="lan">What is served of it.</param>
    public void Start(ILabFabric fabric, HomeLan lan)
    {
        (_fabric, _lan) = (fabric, lan);
        Change(now => now with { State = ResourceState.Waiting, Detail = "not seen yet" });
        Choice.Changed += NoteChoice;
        Choice.Begin();
        _probing = ProbeAsync();
    }

    /// <summary>Notes the address that the machine has.</summary>
    /// <returns>True for one that it was not seen at before and that the lab file does not say.</returns>
    public bool IsSeenAt(IPAddress address)
    {
        var isNews = !address.Equals(Address);
        _seenAt = address;
        return isNews;
    }

    /// <summary>Takes in what was seen of it. Called by one thread at a time.</summary>
    /// <param name="seen">What.</param>
    /// <param name="begins">True for what a machine does at the beginning of a boot.</param>
    public void Observe(Observation seen, bool begins)
    {
        Log.Write($"{seen.Source}: {seen.Text}");
        if (
            Boot is null ? seen.Stage <= BootStage.Disk
            : HasGoneOn(Boot) ? begins || (seen.Stage == BootStage.Dhcp && IsOver(Boot))
            : IsOtherwise(Boot, seen)
        )
        {
            Begin(seen.Stage == BootStage.Disk || (seen.Stage < BootStage.Script && Choice.Record.IsLeftToDisk));
        }

        // A lease that is renewed is no stage of a boot.
        if (seen.Stage != BootStage.Lease || Boot is { IsReady: false })
        {
            Boot?.Observe(seen);
        }

        if (seen is { Kind: ObservationKind.Reached, Stage: BootStage.Script })
        {
            Choice.Learn(record => record.Served());
        }
        else if (seen is { Kind: ObservationKind.Reached, Stage: BootStage.Kernel })
        {
            Choice.Learn(record => record.Booted());
        }
    }

    /// <summary>Takes in a line of its Linux's log.</summary>
    /// <param name="line">The line, see <see cref="KernelLogLine"/>.</param>
    public void Hear(string line)
    {
        Log.Write($"{KernelLogMark}{line}");
        if (Boot is { } boot && IsUnderWay(boot) && KernelLogLine.Read(line) is { } seen)
        {
            boot.Observe(seen);
        }
    }

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _probing;
        await (Boot?.DisposeAsync() ?? ValueTask.CompletedTask);
        _stop.Dispose();
        Log.Dispose();
    }

    /// <inheritdoc />
    protected override Task<string?> ProbeAsync(CancellationToken cancellationToken) =>
        _fabric is { } fabric ? ReadyProbe.Of(Sign, fabric, Address)!.TryAsync(ProbeTimeout, cancellationToken) : Task.FromResult<string?>("not started");

    /// <inheritdoc />
    protected override bool CanExecute(string command, ResourceSnapshot now) =>
        _fabric is not null
        && command switch
        {
            ResourceCommand.Reinstall => Choice.Record.IsLeftToDisk,
            ResourceCommand.MarkInstalled => Choice.Record.Installed is null,
            ResourceCommand.MarkNotInstalled => Choice.Record.Installed is not null,
            ResourceCommand.PowerOff => Power.Definition.Off is not null,
            ResourceCommand.PowerCycle => Power.Definition.CanCycle(),
            _ => now.State != ResourceState.Healthy,
        };

    /// <inheritdoc />
    protected override string WhyNot(string command) =>
        (command, Choice.Record) switch
        {
            (ResourceCommand.Reinstall, { Installed: null }) =>
                $"{node.Name} boots from the network as it is: Lab does not know that it is installed. If it is: {LabCommand.Line($"mark-installed {node.Name}")}",
            (ResourceCommand.Reinstall, _) => $"{node.Name} boots from the network at its next start already.",
            (ResourceCommand.MarkInstalled, { Installed: { } evidence }) => $"{node.Name} is known to be installed: {evidence}.",
            (ResourceCommand.MarkNotInstalled, _) => $"{node.Name} is not known to be installed: it boots from the network as it is.",
            (ResourceCommand.PowerOff or ResourceCommand.PowerCycle, _) => Power.WhyNot(command),
            _ => base.WhyNot(command),
        };

    /// <inheritdoc />
    protected override Task<string?> DoAsync(string command, CancellationToken cancellationToken) => DoAsync(command, evidence: null, cancellationToken);

    /// <inheritdoc />
    protected override Task<string?> DoAsync(string command, string? evidence, CancellationToken cancellationToken)
    {
        switch (command)
        {
            case ResourceCommand.Reinstall:
                Choice.Learn(record => record with { Reinstall = true });
                break;
            case ResourceCommand.MarkInstalled:
                Choice.Learn(record => record with { Installed = evidence ?? "marked by hand" });
                break;
            case ResourceCommand.MarkNotInstalled:
                Choice.Learn(record => record.NotInstalled());
                break;
            case ResourceCommand.PowerOff:
                return SwitchAsync(Power.OffAsync, wasOff: true, isOff: true);
            case ResourceCommand.PowerCycle:
                return SwitchAsync(Power.CycleAsync, wasOff: true);
            default:
                return Power.Definition.On is null ? WakeAsync(cancellationToken) : SwitchAsync(Power.OnAsync);
        }

        return Task.FromResult<string?>(null);
    }

    /// <summary>What the machine does next is another boot, or nothing.</summary>
    private async Task<string?> SwitchAsync(Func<IPAddress, CancellationToken, Task<string?>> command, bool wasOff = false, bool isOff = false)
    {
        // Once begun it is done to its end, whether or not somebody still waits for it.
        if (await command(Address, _stop.Token) is { } problem)
        {
            return problem;
        }

        (_isSwitched, _isOff) = (true, isOff);
        if (Boot is { } boot)
        {
            Store.End(Definition.Name, boot, wasOff ? new MachineEnd(ExitCode: 0, MachineEnd.Command) : null);
        }

        Change(now => isOff ? Off(now) : now with { State = ResourceState.Waiting, Detail = "switched on, not seen yet" });
        return null;
    }

    private static ResourceSnapshot Off(ResourceSnapshot now) =>
        now with
        {
            State = ResourceState.Exited,
            Detail = $"off: {new MachineEnd(ExitCode: 0, MachineEnd.Command).Text}",
        };

    /// <summary>Wakes it. Whether it listens nobody knows before it boots.</summary>
    private async Task<string?> WakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WakeOnLan.SendAsync(_fabric!, _lan!, node.Mac, cancellationToken);
            Log.Write($"lab: Wake-on-LAN was sent to {node.Mac}");
            return null;
        }
        catch (SocketException e)
        {
            return $"Wake-on-LAN cannot be sent to {node.Mac} on {_lan!.Interface}: {e.Message}";
        }
    }

    /// <summary>Firmware asks several times; what asks after it was given a script, was ready or has failed was switched on again.</summary>
    private bool HasGoneOn(NodeBoot boot) =>
        _isSwitched || boot.IsReady || boot.Stages.Keys.Any(stage => stage >= BootStage.Script) || Store.BootOf(Definition.Name)?.Failure is not null;

    /// <summary>Network cards may have an iPXE of their own, which begins a boot as ours goes on with one: it does the former where no boot is under way.</summary>
    private bool IsOver(NodeBoot boot) => boot.IsReady || _isSwitched;

    /// <summary>What it would get was changed after it had begun to boot.</summary>
    private static bool IsOtherwise(NodeBoot boot, Observation seen) =>
        seen.Stage is BootStage.Script or BootStage.Disk && !boot.Plan.Path.Contains(seen.Stage);

    private void NoteChoice() => Change(now => now with { BootsFrom = Choice.From });

    private void Begin(bool fromDisk)
    {
        var isFirst = Boot is null;
        _linesBefore = Log.LastNumber;
        (_isSwitched, _isOff) = (false, false);
        Boot = new NodeBoot(node, node.Mac, fromDisk ? plan with { Path = BootStages.OutsideFromDisk(_lan!.Dhcp), Perhaps = [] } : plan);
        Change(now => now with { State = ResourceState.Running, Detail = null, Restarts = isFirst ? 0 : now.Restarts + 1 });
        Store.Follow(Definition.Name, Boot);
        Began?.Invoke(this, Boot);
    }

    private async Task ProbeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Take(await AskAsync(CancellationToken.None));
            await Task.Delay(Boot is { } boot && IsUnderWay(boot) ? BootProbeInterval : ProbeInterval, _stop.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Take(string? failure)
    {
        if (failure is not null)
        {
            Change(now =>
                now.State != ResourceState.Healthy ? now
                : _isOff ? Off(now)
                : now with { State = ResourceState.Unhealthy, Detail = failure }
            );
            return;
        }

        // Another machine may have the address.
        if (Choice.Record is { WasServed: false, Installed: null } && HostRoutes.MacOf(Address) == node.Mac)
        {
            Choice.Learn(record => record.Answered($"{ReadyProbe.Answer(Sign, Address)}, and Lab has not booted it over the network"));
        }

        if (Boot is { } boot && IsUnderWay(boot))
        {
            boot.Observe(new Observation(BootStage.Ready, ObservationKind.Reached, Observation.Bastion, ReadyProbe.Answer(Sign, Address)));
        }
        else
        {
            Change(now => now with { State = ResourceState.Healthy, Detail = Boot is null ? "answers; no boot of it was seen" : null });
        }
    }
}
