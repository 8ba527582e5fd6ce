using Lab.Emulation.Machines;
using Lab.Model.Services;
using Lab.Runtime.State;

namespace Lab.Runtime.Cluster;

/// <summary>How long making a cluster may take, and how often its nodes are asked.</summary>
/// <param name="Timeout">From the beginning to the last node.</param>
/// <param name="Interval">Between two questions.</param>
public sealed record ClusterTimes(TimeSpan Timeout, TimeSpan Interval)
{
    /// <summary>Talos installs in minutes; pulling Kubernetes takes as long again.</summary>
    public static ClusterTimes Usual { get; } = new(TimeSpan.FromMinutes(20), TimeSpan.FromSeconds(2));
}

/// <summary>
/// Brings nodes from maintenance mode to a cluster. It knows only what the nodes say, so it may be interrupted at any moment: the next
/// run goes on from there.
/// </summary>
/// <param name="plan">What the cluster is to be.</param>
/// <param name="nodes">Its nodes.</param>
/// <param name="notify">Gets what happens.</param>
/// <param name="times">How long it may take.</param>
/// <param name="clock">The time.</param>
public sealed class ClusterUp(ClusterPlan plan, ClusterNodes nodes, Action<LabEvent> notify, ClusterTimes times, TimeProvider clock)
{
    /// <summary>A node that is in maintenance mode again so long after it took its configuration has not installed it.</summary>
    private static readonly TimeSpan InstallTime = TimeSpan.FromMinutes(2);

    private readonly IReadOnlyList<ClusterTimeline> _timelines = [.. plan.Nodes.Select(node => new ClusterTimeline(node, plan.Definition.LacksNetworkPlugin))];
    private readonly Lock _lock = new();
    private readonly long _began = clock.GetTimestamp();

    private TimeSpan Elapsed => clock.GetElapsedTime(_began);

    /// <summary>Goes on until the cluster is there, cannot come, or the time is over.</summary>
    /// <returns>True when it is there.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        notify(new LabEvent.ClusterStarted(plan.Name, _timelines.ToDictionary(timeline => timeline.Node.Name, timeline => timeline.Path)));
        while (true)
        {
            await Task.WhenAll(_timelines.Select(timeline => ReadAsync(timeline, cancellationToken)));
            await Task.WhenAll(_timelines.Select(timeline => ConfigureAsync(timeline, cancellationToken)));
            await BootstrapAsync(cancellationToken);
            if (_timelines.All(timeline => timeline.Missing is null))
            {
                await nodes.FetchKubeConfigAsync(plan.ControlPlanes[0], cancellationToken);
                End();
                return true;
            }

            if (Elapsed >= times.Timeout || _timelines.All(timeline => timeline.Missing is null || timeline.Verdict is not null))
            {
                Fail();
                End();
                return false;
            }

            await Task.Delay(times.Interval, clock, cancellationToken);
        }
    }

    private async Task ReadAsync(ClusterTimeline timeline, CancellationToken cancellationToken)
    {
        var reading = await nodes.ReadAsync(timeline.Node, cancellationToken);
        lock (_lock)
        {
            timeline.Verdict = reading.Condition == NodeCondition.Foreign ? ClusterCauses.Foreign : null;
            timeline.Take(reading, Elapsed).ToList().ForEach(notify);
        }
    }

    private async Task ConfigureAsync(ClusterTimeline timeline, CancellationToken cancellationToken)
    {
        if (timeline.Last?.Condition != NodeCondition.Maintenance || (timeline.Configured is { } when && Elapsed - when < InstallTime))
        {
            return;
        }

        var result = await nodes.ConfigureAsync(timeline.Node, cancellationToken);
        lock (_lock)
        {
            timeline.Refusal = result.IsSuccess ? null : result.Reason;
            timeline.Configured = result.IsSuccess ? Elapsed : null;
            if (result.IsSuccess && timeline.Reach(ClusterStage.Configured, Elapsed, "took its machine configuration") is { } milestone)
            {
                notify(milestone);
            }
        }
    }

    /// <summary>
    /// Begins etcd, once: on the first control plane, when every control plane has said that it runs none. A control plane that does not
    /// answer may hold the etcd of an interrupted run, which a second one would never join.
    /// </summary>
    private async Task BootstrapAsync(CancellationToken cancellationToken)
    {
        var controlPlanes = _timelines.Where(timeline => timeline.Node.IsControlPlane).ToList();
        if (
            !controlPlanes.TrueForAll(timeline =>
                timeline.Last is { Condition: NodeCondition.Member, EtcdRuns: false } && timeline.Reached.ContainsKey(ClusterStage.Rebooted)
            )
        )
        {
            return;
        }

        controlPlanes[0].Refusal = await nodes.BootstrapAsync(controlPlanes[0].Node, cancellationToken);
    }

    private void Fail()
    {
        foreach (var timeline in _timelines)
        {
            if (timeline.Missing is { } stage)
            {
                notify(new LabEvent.ClusterFailed(timeline.Node.Name, stage, Elapsed, timeline.Verdict ?? Explain(timeline, stage), timeline.Evidence));
            }
        }
    }

    private Reason Explain(ClusterTimeline timeline, ClusterStage stage)
    {
        var waitsFor = _timelines
            .Where(other => other.Node.IsControlPlane && !other.Reached.ContainsKey(ClusterStage.Rebooted))
            .Select(other => other.Node.Name)
            .ToList();
        var reason = ClusterCauses.Of(timeline.Evidence);
        return stage >= ClusterStage.Etcd && waitsFor.Count > 0 && !waitsFor.Contains(timeline.Node.Name) && reason == ClusterCauses.Unknown
            ? new Reason(
                $"It waits: etcd begins when all control planes run from disk, and {string.Join(", ", waitsFor)} does not.",
                $"See why {waitsFor[0]} does not."
            )
            : reason;
    }

    private void End() =>
        notify(
            new LabEvent.ClusterSummary(
                plan.Name,
                Elapsed,
                [.. _timelines.Select(timeline => new LabEvent.ClusterResult(timeline.Node.Name, timeline.Missing is null, timeline.Reached))]
            )
        );
}
