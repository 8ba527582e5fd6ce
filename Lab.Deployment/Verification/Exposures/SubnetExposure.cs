using Amazon.EC2.Model;
using Ec2Subnet = Amazon.EC2.Model.Subnet;

namespace Lab.Deployment.Verification.Exposures;

/// <summary>Subnets that give addresses out, and subnets that are shared.</summary>
internal sealed class SubnetExposure(VpcScope scope)
{
    public IEnumerable<ExposureCheck> Checks =>
        [
            new("ec2:DescribeSubnets", "subnets", async token => (await SubnetsAsync(token)).SelectMany(Findings)),
            new("ram:GetResourceShareAssociations", "shares of the VPC's subnets", SharesAsync),
        ];

    private ValueTask<List<Ec2Subnet>> SubnetsAsync(CancellationToken cancellationToken) =>
        scope.Aws.Ec2.Paginators.DescribeSubnets(new DescribeSubnetsRequest { Filters = scope.Inside() }).Subnets.ToListAsync(cancellationToken);

    private IEnumerable<Exposed> Findings(Ec2Subnet subnet)
    {
        (bool? IsSo, string Why)[] settings =
        [
            (subnet.MapPublicIpOnLaunch, "gives public IPv4 addresses to instances"),
            (subnet.MapCustomerOwnedIpOnLaunch, "gives customer-owned addresses to instances"),
            (subnet.AssignIpv6AddressOnCreation, "gives IPv6 addresses to interfaces"),
            (!string.IsNullOrEmpty(subnet.OwnerId) && subnet.OwnerId != scope.Account, $"belongs to account {subnet.OwnerId}"),
        ];
        return settings.Where(setting => setting.IsSo == true).Select(setting => new Exposed(subnet.SubnetId, setting.Why));
    }

    private async Task<IEnumerable<Exposed>> SharesAsync(CancellationToken cancellationToken)
    {
        var subnets = (await SubnetsAsync(cancellationToken)).Select(subnet => subnet.SubnetId).ToHashSet();
        return (await scope.Aws.ResourceShares.SharedAsync(cancellationToken))
            .Where(share => subnets.Contains(share.Resource.Split('/')[^1]))
            .Select(share => new Exposed(share.Resource.Split('/')[^1], $"is shared with other accounts by resource share {share.Name}"));
    }
}
