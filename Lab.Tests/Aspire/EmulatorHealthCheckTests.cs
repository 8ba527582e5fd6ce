using Amazon.SecurityToken.Model;
using Lab.Hosting;
using Lab.Tests.Deployer;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Lab.Tests.Aspire;

public sealed class EmulatorHealthCheckTests(Moto moto) : IClassFixture<Moto>
{
    [Fact]
    public async Task An_emulator_that_answers_is_healthy()
    {
        var result = await new EmulatorHealthCheck(() => moto.Endpoint, "eu-west-1").CheckHealthAsync(
            new HealthCheckContext(),
            TestContext.Current.CancellationToken
        );
        Assert.True(result.Status == HealthStatus.Healthy, result.Description);
    }

    [Fact]
    public async Task An_emulator_that_is_not_there_is_unhealthy()
    {
        // Port 1 of the loopback (tcpmux) has no listener.
        var nobody = new Uri("http://127.0.0.1:1");
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var result = await new EmulatorHealthCheck(() => nobody, "eu-west-1").CheckHealthAsync(new HealthCheckContext(), patience.Token);
        Assert.Equal(HealthStatus.Unhealthy, result.Status);
    }

    [Fact]
    public async Task Its_client_talks_to_the_emulator()
    {
        using var client = EmulatorClient.SecurityTokens(moto.Endpoint, "eu-west-1");
        var identity = await client.GetCallerIdentityAsync(new GetCallerIdentityRequest(), TestContext.Current.CancellationToken);
        Assert.Equal("123456789012", identity.Account);
    }
}
