using Lab.Dashboard.Running;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Lab.Emulation.Services;
using Lab.Model.Resources;

namespace Lab.AppHost.Embedded;

/// <summary>A resource of the running lab: its state, its log, and what can be done with it.</summary>
public abstract class RunningResource : IHealthCheck, IAsyncDisposable
{
    private readonly HealthCheckService _health;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _oneCommand = new(1);

    /// <summary>A resource that was not started yet.</summary>
    /// <param name="definition">What it is.</param>
    /// <param name="log">Gets its output.</param>
    /// <param name="health">Has a registration of its name.</param>
    protected RunningResource(LabResource definition, LogFile log, HealthCheckService health)
    {
        (Definition, Log, _health) = (definition, log, health);
        Snapshot = new ResourceSnapshot(definition, ServiceState.NotStarted);
    }

    /// <summary>Raised on every change, in order. Handlers must be quick and must not throw.</summary>
    public event Action<ResourceSnapshot>? Changed;

    /// <summary>What it is.</summary>
    public LabResource Definition { get; }

    /// <summary>Its output, over all its starts.</summary>
    public LogFile Log { get; }

    /// <summary>How it is now.</summary>
    public ResourceSnapshot Snapshot { get; private set; }

    /// <summary>State and detail in words: <c>Exited (exit code 2)</c>.</summary>
    public string Status => Snapshot is { Detail: { } detail, State: var state } ? $"{state} ({detail})" : $"{Snapshot.State}";

    /// <summary>Runs a command; commands of one resource run one after another.</summary>
    /// <returns>Null on success; otherwise what happened and what to do.</returns>
    public async Task<string?> ExecuteAsync(string command, CancellationToken cancellationToken)
    {
        if (Definition.Refuse(command) is { } refusal)
        {
            return refusal;
        }

        string? problem = null;
        try
        {
            await OneAtATimeAsync(async () => problem = CanExecute(command, Snapshot) ? await DoAsync(command, cancellationToken) : $"{Definition.Name} is {Status}: '{command}' does nothing now.", cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.Write($"lab: the command '{command}' has failed: {e}");
            return $"{Definition.Name}: the command '{command}' has met an error of Lab itself: {e.Message} See its log: {Log.Path}";
        }

        return problem;
    }

    /// <summary>Completes when it is as wanted.</summary>
    public async Task WaitAsync(Func<ResourceSnapshot, bool> wanted, CancellationToken cancellationToken)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(ResourceSnapshot snapshot)
        {
            if (wanted(snapshot))
            {
                reached.TrySetResult();
            }
        }

        Changed += Look;
        try
        {
            Look(Snapshot);
            await reached.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            Changed -= Look;
        }
    }

    /// <inheritdoc />
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var failure = await ProbeAsync(cancellationToken);
        return failure is null ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(failure);
    }

    /// <inheritdoc />
    public abstract ValueTask DisposeAsync();

    /// <summary>Asks it a real question.</summary>
    /// <returns>What was wrong; null for a right answer.</returns>
    protected abstract Task<string?> ProbeAsync(CancellationToken cancellationToken);

    /// <summary>Runs its health check.</summary>
    /// <returns>What was wrong; null when it is healthy.</returns>
    protected async Task<string?> AskAsync(CancellationToken cancellationToken)
    {
        var report = await _health.CheckHealthAsync(registration => registration.Name == Definition.Name, cancellationToken);
        return report.Status == HealthStatus.Healthy ? null : report.Entries[Definition.Name] is { Description: { } description } ? description : report.Entries[Definition.Name].Exception?.Message ?? "unhealthy";
    }

    /// <summary>Whether a command makes sense in a state.</summary>
    protected abstract bool CanExecute(string command, ResourceSnapshot now);

    /// <summary>Does what a command says.</summary>
    /// <returns>Null on success; otherwise what happened and what to do.</returns>
    protected abstract Task<string?> DoAsync(string command, CancellationToken cancellationToken);

    /// <summary>Does something while no command is being done.</summary>
    protected async Task OneAtATimeAsync(Func<Task> work, CancellationToken cancellationToken = default)
    {
        await _oneCommand.WaitAsync(cancellationToken);
        try
        {
            await work();
        }
        finally
        {
            _oneCommand.Release();
        }
    }

    /// <summary>Takes a change in and tells of it.</summary>
    protected void Change(Func<ResourceSnapshot, ResourceSnapshot> change)
    {
        lock (_lock)
        {
            var (before, after) = (Snapshot, change(Snapshot));
            var enabled = Definition.Commands.Select(command => command.Name).Where(name => CanExecute(name, after)).ToList();
            after = after with { EnabledCommands = enabled.SequenceEqual(before.EnabledCommands) ? before.EnabledCommands : enabled };
            if (after != before)
            {
                Snapshot = after;
                Changed.Notify(after, fault => Log.Write($"lab: a view of {Definition.Name} has failed: {fault}"));
            }
        }
    }
}
