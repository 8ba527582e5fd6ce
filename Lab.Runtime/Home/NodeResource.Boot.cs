using Lab.Emulation.Machines;
using Lab.Model.Running;
using Lab.Runtime.State;

namespace Lab.Runtime.Home;

/// <summary>Its boots.</summary>
public sealed partial class NodeResource
{
    private int _linesBefore;

    /// <summary>The running or last boot; null before the first.</summary>
    public NodeBoot? Boot { get; private set; }

    /// <summary>The last lines of its serial console that are of this boot: not every firmware says that it begins.</summary>
    public IReadOnlyList<string> ConsoleOfBoot(int count) => Log.Last(count, after: _linesBefore);

    /// <summary>True when the boot has ended: ready, failed for good, or the machine is off. A power-cycle or a reset begins another one, which counts.</summary>
    public bool HasSettled => IsSettled(Snapshot);

    /// <summary>Completes when the boot has ended.</summary>
    public Task SettledAsync(CancellationToken cancellationToken) => WaitAsync(IsSettled, cancellationToken);

    /// <summary>Says why the boot does not go on.</summary>
    public void Fail() => Store.Fail(Definition.Name, Boot!, watch.Diagnose(this));

    private static bool IsSettled(ResourceSnapshot now) =>
        now.State is ResourceState.Healthy or ResourceState.Unhealthy or ResourceState.Exited or ResourceState.FailedToStart;

    private NodeBoot Begin()
    {
        var isFirst = Boot is null;
        Change(now => now with { State = ResourceState.Starting, Detail = null, Pid = null, Restarts = isFirst ? 0 : now.Restarts + 1 });
        return Begin(watch.Plan);
    }

    private NodeBoot Begin(BootPlan of)
    {
        _linesBefore = Log.LastNumber;
        Boot = new NodeBoot(Node, Node.Mac, of);
        Store.Follow(Definition.Name, Boot);
        return Boot;
    }

    /// <summary>Its Linux has started another kernel, in the machine that goes on running.</summary>
    private NodeBoot BeginKernel()
    {
        Store.StartKernel(Definition.Name, Boot!);
        Change(now => now with { State = ResourceState.Running, Detail = null, Restarts = now.Restarts + 1 });
        var boot = Begin(watch.Plan.AfterKexec);
        boot.Probe(_fabric!);
        return boot;
    }
}
