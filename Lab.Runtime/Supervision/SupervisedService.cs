using System.Diagnostics;
using Lab.Emulation.Linux;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Resources;
using Lab.Model.Running;
using Lab.Runtime.State;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Lab.Runtime.Supervision;

/// <summary>Keeps a service running: starts it, asks after its health, starts it again when it ends.</summary>
/// <param name="store">Where its state is kept.</param>
/// <param name="definition">What it is.</param>
/// <param name="prepare">Waits for what it needs and says how it runs here; null says that it cannot.</param>
/// <param name="folder">The lab's files.</param>
/// <param name="journal">Where its processes are announced.</param>
/// <param name="health">Has a registration of its name.</param>
public sealed partial class SupervisedService(
    LabStore store,
    LabResource definition,
    Func<CancellationToken, Task<ServiceSpec?>> prepare,
    LabFolder folder,
    Journal journal,
    HealthCheckService health
) : RunningResource(store, definition, new LogFile(folder.Log(definition.Name)), health)
{
    private const int TriesBeforeGivingUp = 3;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StableAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CommandPatience = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private bool _isWanted;
    private bool _hasRun;
    private ServiceSpec? _spec;

    /// <summary>Completes when it was healthy for the first time, or has failed to start.</summary>
    public Task Settled => _settled.Task;

    private ResourceState State => Snapshot.State;

    /// <summary>Starts it, if it does not run.</summary>
    public void Start()
    {
        if (_running.IsCompleted)
        {
            _stop.Dispose();
            _stop = new CancellationTokenSource();
            _isWanted = true;
            _running = SuperviseAsync(_stop.Token);
        }
    }

    /// <summary>Stops it; it is not started again until <see cref="Start"/>.</summary>
    public async Task StopAsync()
    {
        _isWanted = false;
        await _stop.CancelAsync();
        await _running;
    }

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        Log.Dispose();
    }

    /// <inheritdoc />
    protected override bool CanExecute(string command, ResourceSnapshot now) => _isWanted == (command is ResourceCommand.Stop or ResourceCommand.Restart);

    /// <inheritdoc />
    protected override async Task<string?> DoAsync(string command, CancellationToken cancellationToken)
    {
        if (command is ResourceCommand.Stop or ResourceCommand.Restart)
        {
            await StopAsync();
        }

        if (command == ResourceCommand.Stop)
        {
            return null;
        }

        _asked.TrySetResult();
        Start();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(CommandPatience);
        try
        {
            await WaitAsync(_ => State == ResourceState.Healthy || !_isWanted, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // What it is by now is said below.
        }

        return State == ResourceState.Healthy ? null : $"{Definition.Name} is {Condition}. See its log: {Log.Path}";
    }

    private async Task SuperviseAsync(CancellationToken stopping)
    {
        await Task.Yield();
        ServiceSpec? spec = null;
        var (pause, tries) = (ShortestPause, 0);
        while (!stopping.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            try
            {
                if ((spec ??= await PrepareAsync(stopping)) is not { } prepared)
                {
                    return;
                }

                await SleepAsync(prepared, stopping);
                await RunOnceAsync(prepared, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                NoteExit(null, null);
            }
            catch (Exception e)
            {
                // Whatever it is, nobody awaits this task before the end: it becomes a state with a reason, and the service is tried again.
                NoteFault(e);
            }

            if (stopping.IsCancellationRequested || State == ResourceState.FailedToStart)
            {
                break;
            }

            if (++tries == TriesBeforeGivingUp && !_answered.Task.IsCompleted)
            {
                Fail(Snapshot.Detail);
                break;
            }

            pause = Stopwatch.GetElapsedTime(started) > StableAfter ? ShortestPause : pause;
            await Task.Delay(pause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }

        _answered.TrySetResult();
    }

    private async Task<ServiceSpec?> PrepareAsync(CancellationToken stopping)
    {
        Change(now => now with { State = ResourceState.Waiting, Detail = null });
        try
        {
            if ((_spec ??= await prepare(stopping)) is { } spec)
            {
                Change(now => now with { Urls = spec.Url is { } url ? new Dictionary<string, string> { [ResourceEndpoint.Web] = url } : now.Urls });
                return spec;
            }

            _isWanted = false;
            Change(now => now with { State = ResourceState.NotStarted, Detail = $"not installed on this machine; see: {LabCommand.Line("doctor")}" });
        }
        catch (OperationCanceledException)
        {
            Change(now => now with { State = ResourceState.NotStarted });
        }

        return null;
    }

    private async Task RunOnceAsync(ServiceSpec spec, CancellationToken stopping)
    {
        Change(now => now with { State = ResourceState.Starting, Detail = null, Restarts = _hasRun ? now.Restarts + 1 : 0 });
        _hasRun = true;
        LabProcess process;
        try
        {
            process = LabProcess.Start(Definition.Name, spec.Command(), folder, journal, Log, spec.Health.Leaves);
        }
        catch (LabException e)
        {
            Fail(e.Message);
            return;
        }

        try
        {
            await FollowAsync(process, stopping);
        }
        catch
        {
            // Its task may hold the same fault, which is reported already.
            await process.KillAsync().ContinueWith(_ => { }, TaskScheduler.Default);
            throw;
        }
    }

    private async Task FollowAsync(LabProcess process, CancellationToken stopping)
    {
        Change(now => now with { State = ResourceState.Running, Pid = process.Pid, StartedAt = DateTimeOffset.UtcNow, StoppedAt = null });
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var health = WatchHealthAsync(ended.Token);
        await Task.WhenAny(process.Exited, Task.Delay(Timeout.Infinite, stopping));
        await ended.CancelAsync();
        await health;
        if (stopping.IsCancellationRequested)
        {
            await process.StopAsync();
        }

        var code = await process.Exited;
        NoteExit(stopping.IsCancellationRequested ? null : $"exit code {code}", code);
    }

    private void NoteFault(Exception fault)
    {
        Log.Write($"lab: an error of Lab itself has ended {Definition.Name}; please report it: {fault}");
        NoteExit($"an error of Lab itself, see its log: {fault.Message}", null);
    }

    private void NoteExit(string? detail, int? code) =>
        Change(now =>
            now with
            {
                State = ResourceState.Exited,
                Detail = detail,
                ExitCode = code,
                Pid = null,
                StartedAt = null,
                StoppedAt = DateTimeOffset.UtcNow,
            }
        );

    private void Fail(string? detail)
    {
        _isWanted = false;
        Change(now => now with { State = ResourceState.FailedToStart, Detail = detail });
        _settled.TrySetResult();
    }
}
