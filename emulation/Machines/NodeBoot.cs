using System.Diagnostics;
using Lab.Emulation.Network;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Emulation.Machines;

/// <summary>One boot of one node: collects what is seen of it from all sources, and asks itself whether it serves.</summary>
public sealed class NodeBoot : IAsyncDisposable
{
    private static readonly TimeSpan ProbePause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestCatchUp = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan EvidenceDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestEvidenceDelay = TimeSpan.FromSeconds(10);

    private readonly BootTimeline _timeline;
    private readonly ConsoleSign? _sign;
    private readonly Lock _lock = new();
    private readonly long _switchedOn = Stopwatch.GetTimestamp();
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _complained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private Task _probing = Task.CompletedTask;
    private long _lastSeen = Stopwatch.GetTimestamp();

    /// <summary>Begins to collect; the machine is switched on at this moment.</summary>
    /// <param name="node">The node.</param>
    /// <param name="mac">The MAC that its machine really has.</param>
    /// <param name="plan">What it should come to.</param>
    public NodeBoot(NodeDefinition node, MacAddress mac, BootPlan plan)
    {
        (Node, Mac, Plan, _timeline) = (node, mac, plan, new(plan));
        _sign = plan.Ready is ReadySign.Console console
            ? new ConsoleSign(
                console.Regex,
                line => Observe(new Observation(BootStage.Ready, ObservationKind.Reached, Observation.SerialConsole, VisibleText.Of(line)))
            )
            : null;
    }

    /// <summary>Raised when a stage was reached for the first time.</summary>
    public event Action<NodeBoot, BootStage, TimeSpan, Observation>? StageReached;

    /// <summary>What it should come to.</summary>
    public BootPlan Plan { get; }

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

    /// <summary>
    /// Completes when all has come that tells why the boot failed. The machine and the service that it asked tell of one failure each in
    /// its own time: where a service refused firmware or iPXE, these print an error of their own, on a busy host seconds later.
    /// </summary>
    /// <param name="off">Ends it: nobody wants to know any longer.</param>
    public async Task EvidenceAsync(CancellationToken off)
    {
        await Task.Delay(EvidenceDelay, off).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAny(Complained, Task.Delay(LongestEvidenceDelay, off));
    }

    internal Task Complained =>
        Read(timeline => timeline.Failure) is { Source: not (Observation.SerialConsole or Observation.Qemu), Stage: < BootStage.Linux }
            ? _complained.Task
            : Task.CompletedTask;

    /// <summary>True when it serves.</summary>
    public bool IsReady => Read(timeline => timeline.IsReady);

    /// <summary>Time of each stage that it reached.</summary>
    public IReadOnlyDictionary<BootStage, TimeSpan> Stages => Read(timeline => new Dictionary<BootStage, TimeSpan>(timeline.Reached));

    /// <summary>Notes that the machine wrote something to its serial console.</summary>
    public void Hear(ReadOnlySpan<byte> written)
    {
        NoteLife();
        _sign?.Read(written);
    }

    /// <summary>Takes in what was seen, from any thread.</summary>
    public void Observe(Observation observation)
    {
        var time = Elapsed;
        NoteLife();
        BootStage? reached;
        lock (_lock)
        {
            reached = _timeline.Add(observation, time);
        }

        if (reached is { } stage)
        {
            StageReached?.Invoke(this, stage, time, observation);
        }

        if (observation is { Source: Observation.SerialConsole, Kind: not ObservationKind.Reached })
        {
            _complained.TrySetResult();
        }

        if (reached == BootStage.Ready || observation.Kind == ObservationKind.Failed)
        {
            _settled.TrySetResult();
        }
    }

    /// <summary>Notes that QEMU has paused the machine: whatever stage it was at, it gets no further.</summary>
    public void Pause(string why) => Observe(new Observation(Read(timeline => timeline.Current), ObservationKind.Failed, Observation.Qemu, $"paused: {why}"));

    /// <summary>Asks the node until it answers, where its sign is one to ask for.</summary>
    public void Probe(ILabFabric fabric) => _probing = ReadyProbe.Of(Plan.Ready, fabric, Node.Address) is { } probe ? ProbeAsync(probe) : Task.CompletedTask;

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

    private void NoteLife() => Interlocked.Exchange(ref _lastSeen, Stopwatch.GetTimestamp());

    private async Task ProbeAsync(IHealthProbe probe)
    {
        while (!_stop.IsCancellationRequested)
        {
            // Before Linux has its lease nobody can answer.
            if (Read(timeline => timeline.Reached.ContainsKey(BootStage.Lease)) && await AnswersAsync(probe))
            {
                await CaughtUpAsync();
                Observe(new Observation(BootStage.Ready, ObservationKind.Reached, Observation.Bastion, ReadyProbe.Answer(Plan.Ready, Node.Address)));
                return;
            }

            await Task.Delay(ProbePause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// What a machine wrote to its console before it answered may be read after the answer, on a busy host. With it a run that ends when all
    /// are ready would lose the stage.
    /// </summary>
    private async Task CaughtUpAsync()
    {
        var begun = Stopwatch.GetTimestamp();
        while (!_stop.IsCancellationRequested && Stopwatch.GetElapsedTime(begun) < LongestCatchUp && !Read(HasAllButReady))
        {
            await Task.Delay(ProbePause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private bool HasAllButReady(BootTimeline timeline) => Plan.Path.All(stage => stage == BootStage.Ready || timeline.Reached.ContainsKey(stage));

    private async Task<bool> AnswersAsync(IHealthProbe probe)
    {
        try
        {
            return await probe.TryAsync(
                Plan.Ready is ReadySign.Tcp ? ConnectTimeout : AnswerTimeout,
                _stop.Token,
                wrong => Observe(new Observation(BootStage.Ready, ObservationKind.Trouble, Observation.Bastion, VisibleText.Of(wrong)))
            )
                is null;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
