using Amazon.EC2;
using Amazon.Runtime;

namespace Lab.Emulation.Aws.MotoQuirks;

/// <summary>The account that an AWS emulator pretends to be, in a region.</summary>
/// <param name="Endpoint">Where the emulator answers.</param>
/// <param name="Region">The lab's region.</param>
public sealed record EmulatedAccount(Uri Endpoint, string Region)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>A client of EC2. An emulator takes any credentials.</summary>
    public IAmazonEC2 CreateClient() =>
        new AmazonEC2Client(
            new BasicAWSCredentials("test", "test"),
            new AmazonEC2Config
            {
                ServiceURL = Endpoint.ToString(),
                // Without it requests are signed for us-east-1, and an emulator keeps regions apart by that.
                AuthenticationRegion = Region,
                IgnoreConfiguredEndpointUrls = true,
                Timeout = Patience,
                MaxErrorRetry = 1,
            }
        );
}
