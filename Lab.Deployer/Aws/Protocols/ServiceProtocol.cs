namespace Lab.Deployer.Aws.Protocols;

/// <summary>How a service is spoken to.</summary>
/// <param name="Name">What requests are signed for.</param>
/// <param name="Version">Query protocol: the API's version. JSON protocol: the prefix of <c>X-Amz-Target</c>.</param>
/// <param name="IsJson">JSON 1.1 instead of query.</param>
/// <param name="GlobalRegion">Where a service that is not regional is signed for; null for a regional one.</param>
internal sealed record ServiceProtocol(string Name, string Version, bool IsJson = false, string? GlobalRegion = null)
{
    /// <summary>https://docs.aws.amazon.com/autoscaling/ec2/APIReference</summary>
    public static ServiceProtocol AutoScaling { get; } = new("autoscaling", "2011-01-01");

    /// <summary>https://docs.aws.amazon.com/IAM/latest/APIReference</summary>
    public static ServiceProtocol Iam { get; } = new("iam", "2010-05-08", GlobalRegion: "us-east-1");

    /// <summary>https://docs.aws.amazon.com/aws-cost-management/latest/APIReference</summary>
    public static ServiceProtocol Budgets { get; } = new("budgets", "AWSBudgetServiceGateway", IsJson: true, GlobalRegion: "us-east-1");

    /// <summary>The region that requests are signed for.</summary>
    public string SigningRegion(string region) => GlobalRegion ?? region;

    /// <summary>The service's own address.</summary>
    public Uri Endpoint(string region) => new(GlobalRegion is null ? $"https://{Name}.{region}.amazonaws.com" : $"https://{Name}.amazonaws.com");
}
