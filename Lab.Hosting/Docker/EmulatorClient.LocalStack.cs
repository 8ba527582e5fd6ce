using Amazon.SecurityToken;
using LocalStack.Client;
using LocalStack.Client.Options;

namespace Lab.Hosting;

/// <summary>Clients of the AWS SDK that talk to an emulator, made by LocalStack.Client.</summary>
internal static class EmulatorClient
{
    /// <summary>A client of the security token service.</summary>
    public static AmazonSecurityTokenServiceClient SecurityTokens(Uri endpoint, string region) =>
        SessionStandalone
            .Init()
            .WithSessionOptions(new SessionOptions(regionName: region))
            .WithConfigurationOptions(new ConfigOptions(endpoint.Host, endpoint.Scheme == Uri.UriSchemeHttps, useLegacyPorts: false, endpoint.Port))
            .Create()
            .CreateClientByImplementation<AmazonSecurityTokenServiceClient>(useServiceUrl: true);
}
