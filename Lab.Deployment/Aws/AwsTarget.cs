using Amazon.Runtime;

namespace Lab.Deployment.Aws;

/// <summary>Where a lab is deployed to.</summary>
/// <param name="Region">The lab's region.</param>
/// <param name="Credentials">Who deploys.</param>
/// <param name="Endpoint">An emulator, or what AWS_ENDPOINT_URL names in AWS's place; null for AWS itself.</param>
/// <param name="Timing">How long to wait for what.</param>
internal sealed record AwsTarget(string Region, AWSCredentials Credentials, Uri? Endpoint, Timing Timing)
{
    /// <summary>True for an emulator: what does not work there is done in another way.</summary>
    public bool IsLocal { get; init; }

    /// <summary>For output: <c>AWS eu-west-1</c>, or the emulator's address.</summary>
    public override string ToString() =>
        Endpoint is not { } endpoint ? $"AWS {Region}"
        : IsLocal ? $"the emulator at {endpoint.GetLeftPart(UriPartial.Authority)} ({Region})"
        : $"AWS {Region} at {endpoint.GetLeftPart(UriPartial.Authority)}, which AWS_ENDPOINT_URL names";

    /// <summary>An emulator. It takes any credentials.</summary>
    public static AwsTarget Local(string region, Uri endpoint) =>
        new(region, new BasicAWSCredentials("test", "test"), endpoint, Timing.Emulator) { IsLocal = true };
}

/// <summary>How long to wait for what.</summary>
/// <param name="Call">For the answer to one call.</param>
/// <param name="Poll">Between two looks at something that takes its time.</param>
/// <param name="Patience">Until such a thing is given up: a NAT gateway takes minutes to come and to go.</param>
/// <param name="Settle">Until something just made shows up in a description: AWS answers from copies.</param>
/// <param name="ReadRetries">How often the SDK repeats a call that reads, with growing pauses.</param>
internal sealed record Timing(TimeSpan Call, TimeSpan Poll, TimeSpan Patience, TimeSpan Settle, int ReadRetries)
{
    /// <summary>For AWS.</summary>
    public static Timing Aws { get; } = new(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(30), 5);

    /// <summary>For an emulator, which does everything at once.</summary>
    public static Timing Emulator { get; } =
        new(TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(200), 3);
}
