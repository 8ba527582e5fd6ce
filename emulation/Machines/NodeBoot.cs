using System.Diagnostics;
using System.Net.Sockets;
using Lab.Emulation.Network;
using Lab.Model.Definition;
using Lab.Model.Resources;

namespace Lab.Emulation.Machines;

/// <summary>One boot of one node: collects what is seen of it from all sources, and asks itself whether it serves.</summary>
public sealed class NodeBoot : IAsyncDisposable
{
    private static readonly TimeSpan ProbePause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromMilliseconds(250);

    private readonly BootTimeline _timeline;
    private readonly Lock _lock = new();
    private readonly long _switchedOn = Stopwatch.GetTimestamp();
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private Task _probing = Task.CompletedTask;
    private long _lastSeen = Stopwatch.GetTimestamp();

    /// <summary>Begins to collect; the machine is switched on at this moment.</summary>
    /// <param name="node">The node.</param>
    /// <param name="mac">The MAC that its machine really has.</param>
    /// <param name="path">The stages to come; those of a boot at home when null.</param>
    public NodeBoot(NodeDefinition node, MacAddress mac, IReadOnlyList<BootStage>? path = null) => (Node, Mac, _timeline) = (node, mac, new(path));

    /// <summary>Raised when a stage was reached for the first time.</summary>
    public event Action<NodeBoot, BootStage, TimeSpan, Observation>? StageReached;

    /// <summary>The node.</summary>
    public NodeDefinition Node { get; }

    /// <summary>The MAC of its machine.</summary>
    public MacAddress Mac { get; }

    /// <summary>When the machine was switched on.</summary>
    public DateTimeOffset SwitchedOn { get; } = DateTimeOffset.UtcNow;

    /// <summary>Time since the machine was switched on.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_switchedOn);

    /// <summary>Time since anything was seen of it.</summary>
    public TimeSpan Silent => Stopwatch.GetElapsedTime(Interlocked.Read(ref _lastSeen));

    /// <summary>Completes when the node is ready, or will not get ready by itself.</summary>
    public Task Settled => _settled.Task;

    /// <summary>True when it serves.</summary>
    public bool IsReady => Read(timeline => timeline.IsReady);

    /// <summary>Time of each stage that it reached.</summary>
    public IReadOnlyDictionary<BootStage, TimeSpan> Stages => Read(timeline => new Dictionary<BootStage, TimeSpan>(timeline.Reached));

    /// <summary>Notes that the machine wrote something to its serial console.</summary>
    public void Hear() => Interlocked.Exchange(ref _lastSeen, Stopwatch.GetTimestamp());

    /// <summary>Takes in what was seen, from any thread.</summary>
    public void Observe(Observation observation)
    {
        var time = Elapsed;
        Hear();
        BootStage? reached;
        lock (_lock)
        {
            reached = _timeline.Add(observation, time);
        }

        if (reached is { } stage)
        {
            StageReached?.Invoke(this, stage, time, observation);
        }

        if (reached == BootStage.Ready || observation.Kind == ObservationKind.Failed)
        {
            _settled.TrySetResult();
        }
    }

    /// <summary>Notes that QEMU has paused the machine: whatever stage it was at, it gets no further.</summary>
    public void Pause(string why) => Observe(new Observation(Read(timeline => timeline.Current), ObservationKind.Failed, Observation.Qemu, $"paused: {why}"));

    /// <summary>Asks the node until it answers.</summary>
    public void Probe(ILabFabric fabric) => _probing = ProbeAsync(fabric);

    /// <summary>Looks at the timeline while nothing is added to it.</summary>
    public T Read<T>(Func<BootTimeline, T> read)
    {
        lock (_lock)
        {
            return read(_timeline);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _probing;
        _stop.Dispose();
    }

    private async Task ProbeAsync(ILabFabric fabric)
    {
        while (!_stop.IsCancellationRequested)
        {
            // Before Linux has its lease nobody can answer.
            if (Read(timeline => timeline.Reached.ContainsKey(BootStage.Lease)) && await AnswersAsync(fabric))
            {
                Observe(new Observation(BootStage.Ready, ObservationKind.Reached, Observation.Bastion, $"{Node.Address}:{LabResources.NodePort} answers"));
                return;
            }

            await Task.Delay(ProbePause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> AnswersAsync(ILabFabric fabric)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        patience.CancelAfter(ProbeTimeout);
        try
        {
            using var connection = await fabric.ConnectAsync(Node.Address, LabResources.NodePort, patience.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }
}
