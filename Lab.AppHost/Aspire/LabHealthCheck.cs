using Lab.Dashboard.Running;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Lab.AppHost.AspireHost;

/// <summary>A part's health as the lab's own probes last found it.</summary>
internal sealed class LabHealthCheck(LabRun run, string name) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(run.Snapshot(name) switch
    {
        { State: ServiceState.Healthy } => HealthCheckResult.Healthy(),
        { } now => HealthCheckResult.Unhealthy(now.Detail ?? $"{name} is {now.State}"),
        null => HealthCheckResult.Unhealthy("the lab is not there yet"),
    });
}
