using Lab.Emulation.Linux;
using Lab.Model.Resources;
using Lab.Runtime.State;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Lab.Runtime.Supervision;

/// <summary>A resource that this program runs itself, from its start to its end.</summary>
/// <param name="store">Where its state is kept.</param>
/// <param name="definition">What it is.</param>
/// <param name="log">Gets its output.</param>
/// <param name="health">Has a registration of its name.</param>
public abstract class RunningResource(LabStore store, LabResource definition, LogFile log, HealthCheckService health)
    : StoredResource(store, definition),
        IHealthCheck,
        IAsyncDisposable
{
    /// <inheritdoc />
    public override LogFile Log => log;

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
        var report = await health.CheckHealthAsync(registration => registration.Name == Definition.Name, cancellationToken);
        return report.Status == HealthStatus.Healthy ? null
            : report.Entries[Definition.Name] is { Description: { } description } ? description
            : report.Entries[Definition.Name].Exception?.Message ?? "unhealthy";
    }
}
