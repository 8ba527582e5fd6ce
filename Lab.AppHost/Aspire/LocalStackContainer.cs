using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Lab.Model.Definition;
using Lab.Model.Resources;
using Lab.Model.Services;
using Microsoft.Extensions.DependencyInjection;

namespace Lab.AppHost.AspireHost;

/// <summary>The AWS emulator as a container of Aspire's: LocalStack, for those who have a token. It needs nothing of the lab's network.</summary>
internal static class LocalStackContainer
{
    private const string Token = "LOCALSTACK_AUTH_TOKEN";

    /// <summary>True when the user has a token (https://docs.localstack.cloud/aws/getting-started/auth-token/).</summary>
    public static bool IsWanted => Environment.GetEnvironmentVariable(Token) is { Length: > 0 };

    /// <summary>Adds the container.</summary>
    public static IResourceBuilder<IResource> Add(IDistributedApplicationBuilder builder, LabResource definition, LabDefinition lab)
    {
        var token = builder.AddParameter("localstack-auth-token", () => Environment.GetEnvironmentVariable(Token)!, secret: true);
        var health = $"{definition.Name}-health";
        var container = builder.AddContainer(LabComponentResource.ModelName(definition.Name), ContainerImages.LocalStack)
            .WithIconName(definition.Icon)
            .WithEnvironment(Token, token)
            .WithHttpEndpoint(port: LabResources.AwsPort, targetPort: LabResources.AwsPort, name: "http")
            .WithHealthCheck(health);
        builder.Services.AddHealthChecks().AddCheck(health, new EmulatorHealthCheck(() => new Uri(container.GetEndpoint("http").Url), lab.Region));
        return container;
    }
}
