using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Deployment.Resources;
using Lab.Model.Definition;
using Lab.Model.Network;

namespace Lab.Deployment.Verification.Exposures;

/// <summary>Addresses of all interfaces in the VPC, whose they are, and instances outside the private subnets.</summary>
internal sealed class InterfaceExposure(VpcScope scope)
{
    public IEnumerable<ExposureCheck> Checks =>
        [new("ec2:DescribeNetworkInterfaces", "network interfaces", InterfacesAsync), new("ec2:DescribeInstances", "instances", InstancesAsync)];

    private async Task<IEnumerable<Exposed>> InterfacesAsync(CancellationToken cancellationToken)
    {
        var all = await scope
            .Aws.Ec2.Paginators.DescribeNetworkInterfaces(new DescribeNetworkInterfacesRequest { Filters = scope.Inside() })
            .NetworkInterfaces.ToListAsync(cancellationToken);
        return all.Where(network => scope.Concerns((network.Groups ?? []).Select(group => group.GroupId))).SelectMany(Findings);
    }

    private IEnumerable<Exposed> Findings(NetworkInterface network)
    {
        var groups = (network.Groups ?? []).Select(group => group.GroupId).ToList();
        var isBastion = scope.BastionGroup is { } bastion && groups is [var only] && only == bastion;
        var associations = (network.PrivateIpAddresses ?? [])
            .Select(address => address.Association)
            .Prepend(network.Association)
            .OfType<NetworkInterfaceAssociation>()
            .ToList();
        foreach (var address in associations.Select(association => association.PublicIp).Where(HasText).Distinct())
        {
            yield return Public(network, address, isBastion);
        }

        foreach (var address in associations.SelectMany(association => new[] { association.CarrierIp, association.CustomerOwnedIp }).Where(HasText).Distinct())
        {
            yield return new(network.NetworkInterfaceId, $"carrier or customer-owned address {address}");
        }

        foreach (
            var address in (network.Ipv6Addresses ?? [])
                .Select(address => address.Ipv6Address)
                .Concat((network.Ipv6Prefixes ?? []).Select(prefix => prefix.Ipv6Prefix))
        )
        {
            yield return new(
                network.NetworkInterfaceId,
                $"IPv6 address {address}{(isBastion ? " of the bastion, whose rules let in only the operator" : "")}",
                isBastion ? Verdict.Accepted : Verdict.Exposed
            );
        }

        // The NAT gateway's has no groups on AWS; moto gives it the VPC's default one.
        foreach (var foreign in IsNat(network) ? [] : groups.Where(group => group != scope.BastionGroup && group != scope.NodesGroup))
        {
            yield return new(network.NetworkInterfaceId, $"uses security group {foreign}, which is not the lab's");
        }

        if (HasText(network.OwnerId) && network.OwnerId != scope.Account)
        {
            yield return new(network.NetworkInterfaceId, $"belongs to account {network.OwnerId}, so its subnet is shared");
        }

        if (Service(network) is { } service)
        {
            yield return new(network.NetworkInterfaceId, $"belongs to {service}, which the lab does not have: {network.Description}");
        }
    }

    private Exposed Public(NetworkInterface network, string address, bool isBastion)
    {
        var isNat = address == NatAddress();
        var isWanted = isNat || (isBastion && NetworkDesign.IsBastionPublic(scope.Lab));
        var whose =
            isNat ? " of the NAT gateway, which lets nothing in"
            : isWanted ? " of the bastion, whose rules let nothing in over IPv4"
            : "";
        return new Exposed(network.NetworkInterfaceId, $"public address {address}{whose}", isWanted ? Verdict.Accepted : Verdict.Exposed);
    }

    /// <summary>What AWS runs the interface for; null for an ordinary one, and for that of the lab's NAT gateway.</summary>
    private string? Service(NetworkInterface network) =>
        IsNat(network) ? null
        : network.InterfaceType is { } type && type != NetworkInterfaceType.Interface ? $"a service ({type})"
        : network.RequesterManaged == true && network.Attachment?.InstanceId is null ? $"a service ({network.RequesterId})"
        : null;

    private bool IsNat(NetworkInterface network) => HasText(network.Association?.PublicIp) && network.Association!.PublicIp == NatAddress();

    private async Task<IEnumerable<Exposed>> InstancesAsync(CancellationToken cancellationToken)
    {
        var all = await scope.Aws.InstancesAsync(new DescribeInstancesRequest { Filters = scope.Inside() }, cancellationToken);
        return all.Where(instance =>
                instance.State.Name != InstanceStateName.Terminated
                && instance.SubnetId is not null
                && !scope.Deployed.IsPrivate(instance.SubnetId)
                && scope.Concerns((instance.SecurityGroups ?? []).Select(group => group.GroupId))
            )
            .Select(Outside);
    }

    private Exposed Outside(Instance instance)
    {
        var isBastion =
            scope.Lab.Network.Egress == Egress.Bastion
            && instance.SecurityGroups is { Count: > 0 } groups
            && groups.All(group => group.GroupId == scope.BastionGroup);
        return new Exposed(
            instance.InstanceId,
            $"is in {instance.SubnetId}, outside the private subnets{(isBastion ? ": the bastion, as network.egress bastion has it" : "")}",
            isBastion ? Verdict.Accepted : Verdict.Exposed
        );
    }

    private string? NatAddress() =>
        scope
            .Deployed.Stack.Resources.OfType<ElasticAddress>()
            .Select(address => scope.Deployed.World[address])
            .FirstOrDefault()
            ?.Handles.GetValueOrDefault(ElasticAddress.PublicIp);

    private static bool HasText(string? text) => !string.IsNullOrEmpty(text);
}
