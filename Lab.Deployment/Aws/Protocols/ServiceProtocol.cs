namespace Lab.Deployment.Aws.Protocols;

/// <summary>How a service is spoken to.</summary>
/// <param name="Name">What requests are signed for.</param>
/// <param name="Version">Query protocol: the API's version. JSON protocol: the prefix of <c>X-Amz-Target</c>.</param>
/// <param name="IsJson">JSON 1.1 instead of query.</param>
/// <param name="IsRest">JSON too, with the operation in the path instead of <c>X-Amz-Target</c>.</param>
/// <param name="GlobalRegion">Where a service that is not regional is signed for; null for a regional one.</param>
internal sealed record ServiceProtocol(string Name, string Version, bool IsJson = false, bool IsRest = false, string? GlobalRegion = null)
{
    /// <summary>https://docs.aws.amazon.com/autoscaling/ec2/APIReference</summary>
    public static ServiceProtocol AutoScaling { get; } = new("autoscaling", "2011-01-01");

    /// <summary>https://docs.aws.amazon.com/IAM/latest/APIReference</summary>
    public static ServiceProtocol Iam { get; } = new("iam", "2010-05-08", GlobalRegion: "us-east-1");

    /// <summary>https://docs.aws.amazon.com/aws-cost-management/latest/APIReference</summary>
    public static ServiceProtocol Budgets { get; } = new("budgets", "AWSBudgetServiceGateway", IsJson: true, GlobalRegion: "us-east-1");

    /// <summary>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference</summary>
    public static ServiceProtocol LoadBalancers { get; } = new("elasticloadbalancing", "2015-12-01");

    /// <summary>https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference</summary>
    public static ServiceProtocol ClassicLoadBalancers { get; } = new("elasticloadbalancing", "2012-06-01");

    /// <summary>https://docs.aws.amazon.com/ram/latest/APIReference</summary>
    public static ServiceProtocol ResourceShares { get; } = new("ram", "2018-01-04", IsJson: true, IsRest: true);

    /// <summary>The region that requests are signed for.</summary>
    public string SigningRegion(string region) => GlobalRegion ?? region;

    /// <summary>The service's own address.</summary>
    public Uri Endpoint(string region) => new(GlobalRegion is null ? $"https://{Name}.{region}.amazonaws.com" : $"https://{Name}.amazonaws.com");
}
