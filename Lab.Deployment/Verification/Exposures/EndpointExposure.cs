using Amazon.EC2.Model;
using Lab.Deployment.Aws;

namespace Lab.Deployment.Verification.Exposures;

/// <summary>Load balancers, endpoints and endpoint services: the lab makes none of them.</summary>
internal sealed class EndpointExposure(VpcScope scope)
{
    public IEnumerable<ExposureCheck> Checks =>
        [
            new(
                "elasticloadbalancing:DescribeLoadBalancers",
                "load balancers",
                async token => (await scope.Aws.LoadBalancers.AllAsync(token)).Where(IsInside).Select(Found)
            ),
            new(
                "elasticloadbalancing:DescribeLoadBalancers",
                "classic load balancers",
                async token => (await scope.Aws.LoadBalancers.ClassicAsync(token)).Where(IsInside).Select(Found)
            ),
            new("ec2:DescribeVpcEndpoints", "VPC endpoints", EndpointsAsync),
            new("ec2:DescribeVpcEndpointServiceConfigurations", "endpoint services", ServicesAsync),
            new("ec2:DescribeInstanceConnectEndpoints", "EC2 Instance Connect endpoints", ConnectAsync),
        ];

    private bool IsInside(LoadBalancer balancer) => balancer.Vpc == scope.Vpc;

    private static Exposed Found(LoadBalancer balancer) => new(balancer.Name, $"load balancer in the lab's VPC ({balancer.Scheme ?? "scheme not known"})");

    private async Task<IEnumerable<Exposed>> EndpointsAsync(CancellationToken cancellationToken)
    {
        var all = await scope
            .Aws.Ec2.Paginators.DescribeVpcEndpoints(new DescribeVpcEndpointsRequest { Filters = scope.Inside() })
            .VpcEndpoints.ToListAsync(cancellationToken);
        return all.Where(endpoint => endpoint.VpcId == scope.Vpc && !string.Equals(endpoint.State?.Value, "deleted", StringComparison.OrdinalIgnoreCase))
            .Select(endpoint => new Exposed(endpoint.VpcEndpointId, $"{endpoint.VpcEndpointType} endpoint of {endpoint.ServiceName}"));
    }

    /// <summary>A service shows no VPC of its own, only its load balancers.</summary>
    private async Task<IEnumerable<Exposed>> ServicesAsync(CancellationToken cancellationToken)
    {
        var all = await scope
            .Aws.Ec2.Paginators.DescribeVpcEndpointServiceConfigurations(new DescribeVpcEndpointServiceConfigurationsRequest())
            .ServiceConfigurations.ToListAsync(cancellationToken);
        if (all.Count == 0)
        {
            return [];
        }

        var inside = (await scope.Aws.LoadBalancers.AllAsync(cancellationToken)).Where(IsInside).Select(balancer => balancer.Arn).ToHashSet();
        return all.Where(service => (service.NetworkLoadBalancerArns ?? []).Concat(service.GatewayLoadBalancerArns ?? []).Any(inside.Contains))
            .Select(service => new Exposed(service.ServiceId, $"offers {service.ServiceName} to other accounts"));
    }

    private async Task<IEnumerable<Exposed>> ConnectAsync(CancellationToken cancellationToken)
    {
        var all = await scope
            .Aws.Ec2.Paginators.DescribeInstanceConnectEndpoints(new DescribeInstanceConnectEndpointsRequest { Filters = scope.Inside() })
            .InstanceConnectEndpoints.ToListAsync(cancellationToken);
        return all.Where(endpoint => endpoint.VpcId == scope.Vpc && endpoint.State?.Value != "delete-complete")
            .Select(endpoint => new Exposed(endpoint.InstanceConnectEndpointId, "lets whoever IAM allows open connections to instances of the VPC"));
    }
}
