using Amazon.Runtime;
using Amazon.SecurityToken;

namespace Lab.Hosting;

/// <summary>Clients of the AWS SDK that talk to an emulator, for builds that have no LocalStack.Client.</summary>
internal static class EmulatorClient
{
    /// <summary>A client of the security token service. Emulators take any credentials.</summary>
    public static AmazonSecurityTokenServiceClient SecurityTokens(Uri endpoint, string region) =>
        new(new BasicAWSCredentials("test", "test"), new AmazonSecurityTokenServiceConfig { ServiceURL = endpoint.ToString(), AuthenticationRegion = region });
}
