using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Deployer.Aws;
using Lab.Deployer.Commands;
using Lab.Model.Definition;

namespace Lab.Deployer.Verification;

/// <summary>Something that the internet can reach.</summary>
/// <param name="What">The resource.</param>
/// <param name="Why">How.</param>
/// <param name="IsAccepted">True where the definition wants it so.</param>
internal sealed record Exposed(string What, string Why, bool IsAccepted);

/// <summary>Looks for what the internet can reach in the lab's VPC.</summary>
internal sealed class Exposure(AwsClients aws, DeployedLab deployed)
{
    private LabDefinition Lab => deployed.Lab;

    public async Task<IReadOnlyList<Exposed>> FindAsync(CancellationToken cancellationToken)
    {
        if (deployed.IdOf("vpc") is not { } vpc)
        {
            return [];
        }

        List<Filter> inside = [new("vpc-id", [vpc])];
        var interfaces = aws.Ec2.DescribeNetworkInterfacesAsync(new DescribeNetworkInterfacesRequest { Filters = inside }, cancellationToken);
        var groups = aws.Ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest { Filters = inside }, cancellationToken);
        var instances = aws.Ec2.DescribeInstancesAsync(new DescribeInstancesRequest { Filters = inside }, cancellationToken);
        var subnets = aws.Ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { Filters = inside }, cancellationToken);
        return
        [
            .. ((await interfaces).NetworkInterfaces ?? []).Where(candidate => candidate.Association?.PublicIp is not null).Select(Address),
            .. ((await instances).Reservations ?? []).SelectMany(reservation => reservation.Instances).Where(IsOutside).Select(Instance),
            .. ((await groups).SecurityGroups ?? []).SelectMany(Rules),
            .. ((await subnets).Subnets ?? []).Where(subnet => subnet.MapPublicIpOnLaunch == true).Select(subnet => new Exposed(subnet.SubnetId, "gives public IPv4 addresses to instances", IsAccepted: false)),
        ];
    }

    private Exposed Address(NetworkInterface candidate)
    {
        var isNat = candidate.Association.PublicIp == NatAddress();
        var isBastion = Lab.Network.Egress == Egress.Bastion && candidate.Groups?.Any(group => group.GroupName == "bastion-sg") == true;
        return new Exposed(candidate.NetworkInterfaceId, $"public address {candidate.Association.PublicIp}{(isNat ? " of the NAT gateway, which lets nothing in" : isBastion ? " of the bastion, whose rules let nothing in over IPv4" : "")}", isNat || isBastion);
    }

    private bool IsOutside(Instance instance) => instance.State.Name != InstanceStateName.Terminated && instance.SubnetId is not null && instance.SubnetId != deployed.IdOf("subnet/private");

    private Exposed Instance(Instance instance)
    {
        var isBastion = Lab.Network.Egress == Egress.Bastion && instance.SecurityGroups?.All(group => group.GroupName == "bastion-sg") == true;
        return new Exposed(instance.InstanceId, $"is in {instance.SubnetId}, outside the private subnet{(isBastion ? ": the bastion, as network.egress bastion has it" : "")}", isBastion);
    }

    private string? NatAddress() =>
        deployed.Stack.Resources.OfType<Resources.ElasticAddress>().Select(address => deployed.World[address]).FirstOrDefault()?.Handles.GetValueOrDefault(Resources.ElasticAddress.PublicIp);

    private IEnumerable<Exposed> Rules(SecurityGroup member) =>
        from permission in member.IpPermissions ?? []
        from rule in Resources.SecurityRule.Of(permission, isIngress: true)
        where rule.Peer.Contains('/')
        let isHome = rule.Peer == Lab.Access.Ipv6?.ToString() && rule is { FromPort: 22, ToPort: 22 }
        let isInside = !rule.Peer.Contains(':') && Lab.Network.Vpc.Contains(System.Net.IPNetwork.Parse(rule.Peer))
        where !isInside
        select new Exposed($"{member.GroupId} {member.GroupName}", rule.Describe(peer => peer) + (isHome ? ", the operator" : ""), isHome);
}
