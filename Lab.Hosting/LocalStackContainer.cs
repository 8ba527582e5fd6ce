using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Lab.Model.Resources;
using Lab.Model.Services;
using Microsoft.Extensions.DependencyInjection;

namespace Lab.Hosting;

/// <summary>The AWS emulator as a container of Aspire's: LocalStack, for those who have a token. It needs nothing of the lab's network.</summary>
internal static class LocalStackContainer
{
    private const string Token = "LOCALSTACK_AUTH_TOKEN";

    /// <summary>True when the user has a token (https://docs.localstack.cloud/aws/getting-started/auth-token/).</summary>
    public static bool IsWanted => Environment.GetEnvironmentVariable(Token) is { Length: > 0 };

    /// <summary>Adds the container, and gives the lab's emulator its address.</summary>
    public static void Add(IDistributedApplicationBuilder builder, AwsEmulatorResource aws)
    {
        var token = builder.AddParameter($"{aws.Name}-localstack-auth-token", () => Environment.GetEnvironmentVariable(Token)!, secret: true);
        var health = $"{aws.Name}-localstack-health";
        var container = builder
            .AddContainer($"{aws.Name}-localstack", ContainerImages.LocalStack)
            .WithIconName(aws.Definition.Icon)
            .WithEnvironment(Token, token)
            .WithHttpEndpoint(targetPort: LabResources.AwsPort, name: "http")
            .WithHealthCheck(health)
            .OnResourceEndpointsAllocated(
                (resource, _, _) =>
                {
                    var way = resource.Annotations.OfType<EndpointAnnotation>().Single(endpoint => endpoint.Name == "http").AllocatedEndpoint!;
                    var own = aws.Annotations.OfType<EndpointAnnotation>().Single();
                    own.AllocatedEndpoint = new AllocatedEndpoint(own, way.Address, way.Port);
                    return Task.CompletedTask;
                }
            );
        builder
            .Services.AddHealthChecks()
            .AddCheck(health, new EmulatorHealthCheck(() => new Uri(container.GetEndpoint("http").Url), aws.Lab.Definition.Region));
    }
}
