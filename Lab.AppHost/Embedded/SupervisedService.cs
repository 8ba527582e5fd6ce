using System.Diagnostics;
using Lab.Dashboard.Running;
using Lab.Emulation.Host;
using Lab.Emulation.Services;
using Lab.Model;

namespace Lab.AppHost.Embedded;

/// <summary>Keeps a service running: starts it, asks after its health, starts it again when it ends.</summary>
public sealed class SupervisedService : IAsyncDisposable
{
    private const int TriesBeforeGivingUp = 3;
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstProbeTimeout = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan FirstProbePause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ProbePause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StableAfter = TimeSpan.FromSeconds(30);

    private readonly LabFolder _folder;
    private readonly Journal _journal;
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <summary>A service that does not run yet.</summary>
    public SupervisedService(ServiceSpec spec, LabFolder folder, Journal journal)
    {
        (Spec, _folder, _journal) = (spec, folder, journal);
        Log = new LogFile(folder.Log(spec.Name));
    }

    /// <summary>Raised on every change of <see cref="State"/>.</summary>
    public event Action<SupervisedService>? StateChanged;

    /// <summary>What it is.</summary>
    public ServiceSpec Spec { get; }

    /// <summary>Its output, of all its processes one after another.</summary>
    public LogFile Log { get; }

    /// <summary>Its state.</summary>
    public ServiceState State { get; private set; }

    /// <summary>Why it is not healthy: the last probe's failure or the exit code; null when there is nothing to say.</summary>
    public string? Detail { get; private set; }

    /// <summary>State and detail in words: <c>Exited (exit code 2)</c>.</summary>
    public string Status => Detail is null ? $"{State}" : $"{State} ({Detail})";

    /// <summary>How often its process was started again.</summary>
    public int Restarts { get; private set; }

    /// <summary>Process id; null while it does not run.</summary>
    public int? Pid { get; private set; }

    /// <summary>Completes when it was healthy for the first time, or has failed to start.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Starts it, if it does not run.</summary>
    public void Start()
    {
        if (_running.IsCompleted)
        {
            _stop.Dispose();
            _stop = new CancellationTokenSource();
            _running = SuperviseAsync(_stop.Token);
        }
    }

    /// <summary>Stops it; it is not started again until <see cref="Start"/>.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        Log.Dispose();
    }

    private async Task SuperviseAsync(CancellationToken stopping)
    {
        await Task.Yield();
        var (pause, tries) = (ShortestPause, 0);
        while (!stopping.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            await RunOnceAsync(stopping);
            if (stopping.IsCancellationRequested || State == ServiceState.FailedToStart)
            {
                break;
            }

            if (++tries == TriesBeforeGivingUp && !Settled.IsCompleted)
            {
                Change(ServiceState.FailedToStart, Detail);
                break;
            }

            pause = Stopwatch.GetElapsedTime(started) > StableAfter ? ShortestPause : pause;
            await Task.Delay(pause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
            Restarts++;
        }
    }

    private async Task RunOnceAsync(CancellationToken stopping)
    {
        Change(ServiceState.Starting, null);
        LabProcess process;
        try
        {
            process = LabProcess.Start(Spec.Name, Spec.Command(), _folder, _journal, Log);
        }
        catch (LabException e)
        {
            Change(ServiceState.FailedToStart, e.Message);
            return;
        }

        Pid = process.Pid;
        Change(ServiceState.Running, null);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var health = WatchHealthAsync(ended.Token);
        await Task.WhenAny(process.Exited, Task.Delay(Timeout.Infinite, stopping));
        await ended.CancelAsync();
        await health;
        if (stopping.IsCancellationRequested)
        {
            await process.StopAsync();
        }

        Pid = null;
        Change(ServiceState.Exited, stopping.IsCancellationRequested ? null : $"exit code {await process.Exited}");
    }

    private async Task WatchHealthAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var failure = await AskAsync(cancellationToken);
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            if (failure is null)
            {
                Change(ServiceState.Healthy, null);
            }
            else
            {
                Change(State == ServiceState.Running ? ServiceState.Running : ServiceState.Unhealthy, failure);
            }

            await Task.Delay(State == ServiceState.Running ? FirstProbePause : ProbePause, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>What was wrong; null for a right answer.</returns>
    private async Task<string?> AskAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var timeout = State == ServiceState.Running ? FirstProbeTimeout : ProbeTimeout;
        patience.CancelAfter(timeout);
        try
        {
            await Spec.Health.AskAsync(patience.Token);
            return null;
        }
        catch (OperationCanceledException)
        {
            return $"{Spec.Health.Question}: no answer within {timeout.TotalSeconds} s";
        }
        catch (Exception e)
        {
            return $"{Spec.Health.Question}: {e.Message}";
        }
    }

    private void Change(ServiceState state, string? detail)
    {
        var changed = State != state;
        (State, Detail) = (state, detail);
        if (state is ServiceState.Healthy or ServiceState.FailedToStart)
        {
            _settled.TrySetResult();
        }

        if (changed)
        {
            StateChanged?.Invoke(this);
        }
    }
}
