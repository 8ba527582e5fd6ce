using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using LocalStack.Client;
using LocalStack.Client.Contracts;
using LocalStack.Client.Options;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Lab.AppHost.AspireHost;

/// <summary>Asks an AWS emulator who its caller is: the question that all of AWS's clients can ask, and that needs no permission.</summary>
internal sealed class EmulatorHealthCheck(Func<Uri> endpoint, string region) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            using var client = Session(endpoint(), region).CreateClientByImplementation<AmazonSecurityTokenServiceClient>(useServiceUrl: true);
            await client.GetCallerIdentityAsync(new GetCallerIdentityRequest(), cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }
    }

    /// <summary>Makes clients of the AWS SDK that talk to the emulator.</summary>
    public static ISession Session(Uri endpoint, string region) => SessionStandalone.Init()
        .WithSessionOptions(new LocalStack.Client.Options.SessionOptions(regionName: region))
        .WithConfigurationOptions(new ConfigOptions(endpoint.Host, endpoint.Scheme == Uri.UriSchemeHttps, useLegacyPorts: false, endpoint.Port))
        .Create();
}
