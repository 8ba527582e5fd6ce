using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Emulation.Network;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Resources;
using Lab.Model.Running;
using Lab.Runtime.State;
using Lab.Runtime.Supervision;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Lab.Runtime.Home;

/// <summary>A node: its machine, switched on and off, and the boot of each time that it was switched on.</summary>
/// <param name="store">Where its state is kept.</param>
/// <param name="definition">What it is.</param>
/// <param name="node">The node, with the MAC that its machine gets.</param>
/// <param name="storage">Its disks, and its firmware's variables.</param>
/// <param name="watch">How its boots are watched.</param>
/// <param name="folder">The lab's files.</param>
/// <param name="health">Has a registration of its name.</param>
public sealed partial class NodeResource(
    LabStore store,
    LabResource definition,
    NodeDefinition node,
    NodeStorage storage,
    NodeWatch watch,
    LabFolder folder,
    HealthCheckService health
) : RunningResource(store, definition, new LogFile(folder.Log($"{definition.Name}.console")), health)
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ProbePause = TimeSpan.FromSeconds(5);

    private readonly ResetLimit _resets = new();
    private PoweredMachine? _on;
    private ConsoleServer? _console;
    private MachineEnd? _lastEnd;
    private Func<SerialConsole, Machine>? _start;
    private ILabFabric? _fabric;
    private readonly List<PortForward> _forwards = [];

    /// <summary>The node, with the MAC of its machine.</summary>
    public NodeDefinition Node => node;

    /// <summary>Its disks, the one that it boots from first.</summary>
    public IReadOnlyList<NodeDisk> Disks => storage.Disks;

    /// <summary>Where its firmware keeps its variables.</summary>
    public FirmwareVariables Variables => storage.Variables;

    /// <summary>Its TPM; null where it has none.</summary>
    public Tpm? Tpm => storage.Tpm;

    /// <inheritdoc />
    public override IReadOnlyList<StorageState> Storage => storage.States;

    /// <summary>How long a boot may take, from the moment the machine was switched on.</summary>
    public TimeSpan Patience => watch.Patience;

    /// <summary>How the machine went off by itself; null while it is on.</summary>
    public MachineEnd? End => _on?.End;

    /// <summary>Notes that what it needs is not there yet.</summary>
    public void Wait() => Change(now => now with { State = ResourceState.Waiting });

    /// <summary>Switches it on for the first time.</summary>
    /// <param name="fabric">The lab's network.</param>
    /// <param name="start">Starts QEMU, given its serial line.</param>
    /// <exception cref="LabException">Its disk or its variables cannot be made, or QEMU cannot be started.</exception>
    public Task StartAsync(ILabFabric fabric, Func<SerialConsole, Machine> start)
    {
        storage.MakeBlank();
        (_fabric, _start) = (fabric, start);
        var forwards = new Dictionary<string, int>();
        foreach (var (index, endpoint) in Definition.Endpoints.Index())
        {
            // The API's is that of the image which really boots.
            var forward = PortForward.Open(fabric, node.Address, index == 0 ? watch.Plan.Ready.Port ?? LabResources.NodePort : endpoint.Port);
            _forwards.Add(forward);
            forwards[endpoint.Name] = forward.LocalPort;
        }

        Change(now => now with { Forwards = forwards });
        return PowerOnAsync();
    }

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        await OneAtATimeAsync(async () =>
        {
            _start = null;
            await PowerOffAsync();
            NoteOff(told: null);
        });
        await (_console?.DisposeAsync() ?? ValueTask.CompletedTask);
        await Task.WhenAll(_forwards.Select(forward => forward.DisposeAsync().AsTask()));
        Log.Dispose();
    }

    /// <inheritdoc />
    protected override Task<string?> ProbeAsync(CancellationToken cancellationToken) =>
        _fabric is not { } fabric ? Task.FromResult<string?>("not started")
        : ReadyProbe.Of(watch.Plan.Ready, fabric, node.Address) is { } probe ? probe.TryAsync(ProbeTimeout, cancellationToken)
        : Task.FromResult<string?>(null);

    /// <summary>Follows a machine until it is switched off: how its boots end, and whether it goes off by itself.</summary>
    private async Task WatchAsync(PoweredMachine on, CancellationToken off)
    {
        while (!on.Ended.IsCompleted && !off.IsCancellationRequested)
        {
            var anew = on.Anew;
            await WatchAsync(on, on.Boot, anew, off);
        }

        await OneAtATimeAsync(() => TakeEndAsync(on, off), CancellationToken.None);
    }

    /// <summary>Follows one boot until the machine is off, or another boot takes its place.</summary>
    private async Task WatchAsync(PoweredMachine on, NodeBoot boot, Task anew, CancellationToken off)
    {
        await Task.WhenAny(boot.Settled, on.Ended, anew, Task.Delay(watch.Patience, off));
        if (on.Ended.IsCompleted || anew.IsCompleted || off.IsCancellationRequested)
        {
            return;
        }

        if (!boot.IsReady)
        {
            await boot.EvidenceAsync(off);
        }

        if (!boot.IsReady && !anew.IsCompleted && !off.IsCancellationRequested)
        {
            Fail();
        }

        await Task.WhenAny(on.Ended, anew, WatchHealthAsync(boot, anew, off));
    }

    /// <summary>A fault in following a machine is a state of the node, not the end of being followed without a word.</summary>
    private async Task GuardedWatchAsync(PoweredMachine on, CancellationToken off)
    {
        try
        {
            await WatchAsync(on, off);
        }
        catch (Exception e) when (e is not OperationCanceledException || !off.IsCancellationRequested)
        {
            Log.Write($"lab: {Definition.Name} is no longer followed: {e}");
            Change(now => now with { State = ResourceState.Unhealthy, Detail = $"the lab no longer follows it: {e.Message} Power-cycle it." });
        }
    }

    /// <summary>A node that was ready is asked whether it still is, until it is switched off.</summary>
    private async Task WatchHealthAsync(NodeBoot boot, Task anew, CancellationToken off)
    {
        while (!off.IsCancellationRequested && !anew.IsCompleted)
        {
            await Task.Delay(ProbePause, off).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (boot.IsReady && !off.IsCancellationRequested && !anew.IsCompleted)
            {
                var failure = await AskAsync(CancellationToken.None);
                Change(now =>
                    now.State is ResourceState.Healthy or ResourceState.Unhealthy && !off.IsCancellationRequested && !anew.IsCompleted
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
