using Lab.Dashboard.Running;
using Lab.Emulation.Machines;

namespace Lab.AppHost.Embedded;

/// <summary>What is known of its boot.</summary>
public sealed partial class NodeResource
{
    private readonly Lock _bootLock = new();

    /// <summary>Raised when its machine was switched on.</summary>
    public event Action<NodeResource>? SwitchedOn;

    /// <summary>Raised when a stage was reached for the first time.</summary>
    public event Action<NodeResource, ReachedStage>? StageReached;

    /// <summary>Raised, once a boot, when it does not go on by itself.</summary>
    public event Action<NodeResource, Diagnosis>? BootFailed;

    /// <summary>Raised when the machine has reset itself and is about to be switched on again; with the boot that ended so.</summary>
    public event Action<NodeBoot>? ResetItself;

    /// <summary>Raised when the machine went off and stays off.</summary>
    public event Action<NodeResource, MachineEnd>? WentOff;

    /// <summary>Raised, from any thread, when anything of the boot changed.</summary>
    public event Action<BootSnapshot>? BootChanged;

    /// <summary>The running or last boot; null before the first.</summary>
    public NodeBoot? Boot { get; private set; }

    /// <summary>The boot as views see it.</summary>
    public BootSnapshot? BootSnapshot { get; private set; }

    /// <summary>True when the boot has ended: ready, failed for good, or the machine is off. A power-cycle or a reset begins another one, which counts.</summary>
    public bool HasSettled => IsSettled(Snapshot);

    /// <summary>Completes when the boot has ended.</summary>
    public Task SettledAsync(CancellationToken cancellationToken) => WaitAsync(IsSettled, cancellationToken);

    /// <summary>Says why the boot does not go on.</summary>
    public Diagnosis Fail()
    {
        var diagnosis = diagnose(this);
        Change(now => now.State == ServiceState.Running
            ? now with { State = ServiceState.Unhealthy, Detail = $"{diagnosis.Ending}: {diagnosis.Cause}" }
            : now);
        lock (_bootLock)
        {
            var isNew = BootSnapshot is { IsReady: false, Failure: null };
            ChangeBoot(boot => boot.IsReady ? boot : boot with { Failure = diagnosis, EndedAfter = boot.EndedAfter ?? Boot!.Elapsed });
            if (isNew)
            {
                // Told before anybody else who finds it failed goes on: the report would tell of it again.
                BootFailed?.Invoke(this, diagnosis);
            }
        }

        return diagnosis;
    }

    private static bool IsSettled(ResourceSnapshot now) =>
        now.State is ServiceState.Healthy or ServiceState.Unhealthy or ServiceState.Exited or ServiceState.FailedToStart;

    private NodeBoot Begin()
    {
        var isFirst = Boot is null;
        var boot = new NodeBoot(Node, Node.Mac);
        boot.StageReached += Take;
        Boot = boot;
        Change(now => now with { State = ServiceState.Starting, Detail = null, Pid = null, Restarts = isFirst ? 0 : now.Restarts + 1 });
        ChangeBoot(_ => new BootSnapshot(Definition.Name, boot.SwitchedOn, []));
        SwitchedOn?.Invoke(this);
        return boot;
    }

    private void Take(NodeBoot boot, BootStage stage, TimeSpan time, Observation seen)
    {
        var reached = new ReachedStage(stage, time, seen.Source);
        ChangeBoot(before =>
        {
            var after = before with { Stages = [.. before.Stages, reached] };
            return stage == BootStage.Ready ? after with { IsReady = true, Failure = null, EndedAfter = time } : after;
        });
        if (stage == BootStage.Ready)
        {
            Change(now => now with { State = ServiceState.Healthy, Detail = null });
        }

        StageReached?.Invoke(this, reached);
    }

    private void ChangeBoot(Func<BootSnapshot, BootSnapshot> change)
    {
        lock (_bootLock)
        {
            var after = change(BootSnapshot!);
            if (after != BootSnapshot)
            {
                BootSnapshot = after;
                BootChanged?.Invoke(after);
            }
        }
    }
}
