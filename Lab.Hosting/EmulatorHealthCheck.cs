using Amazon.SecurityToken.Model;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Lab.Hosting;

/// <summary>Asks an AWS emulator who its caller is: the question that all of AWS's clients can ask, and that needs no permission.</summary>
internal sealed class EmulatorHealthCheck(Func<Uri> endpoint, string region) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            using var client = EmulatorClient.SecurityTokens(endpoint(), region);
            await client.GetCallerIdentityAsync(new GetCallerIdentityRequest(), cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }
    }
}
