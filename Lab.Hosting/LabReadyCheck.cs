using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Lab.Hosting;

/// <summary>A lab is healthy when all its nodes are ready.</summary>
internal sealed class LabReadyCheck(Func<LabRun> run) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (run().Resources is not { IsCompletedSuccessfully: true, Result: var resources })
        {
            return Task.FromResult(HealthCheckResult.Unhealthy("the lab is not there yet"));
        }

        var boots = resources.Boots;
        var waiting = boots.Where(boot => !boot.IsReady).Select(boot => boot.Node).ToList();
        return Task.FromResult(
            boots.Count == 0 ? HealthCheckResult.Unhealthy("no node was switched on yet")
            : waiting.Count > 0 ? HealthCheckResult.Unhealthy($"not ready: {string.Join(", ", waiting)}")
            : HealthCheckResult.Healthy()
        );
    }
}
