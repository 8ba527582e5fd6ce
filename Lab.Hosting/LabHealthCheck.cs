using Lab.Model.Running;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Lab.Hosting;

/// <summary>A part's health as the lab's own probes last found it.</summary>
internal sealed class LabHealthCheck(Func<LabRun> run, string part) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            run().Snapshot(part) switch
            {
                { State: ResourceState.Healthy } => HealthCheckResult.Healthy(),
                { } now => HealthCheckResult.Unhealthy(now.Detail ?? $"{part} is {now.State}"),
                null => HealthCheckResult.Unhealthy("the lab is not there yet"),
            }
        );
}
