using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Model.Definition;
using Ec2Gateway = Amazon.EC2.Model.NatGateway;

namespace Lab.Deployment.Resources;

/// <summary>The NAT gateway in the public subnet.</summary>
internal sealed class NatGateway(LabDefinition lab, Resource subnet, ElasticAddress address, Resource gateway)
    : Resource("nat-gateway", "NAT gateway", subnet, address, gateway)
{
    private const string Interface = "interface";

    public override IReadOnlyCollection<string> Immutable => ["address", "subnet"];

    /// <remarks>Deleted ones are described for an hour, one that is being deleted beside its successor; an emulator ignores the tag filters.</remarks>
    public override async Task<Found?> FindAsync(AwsClients aws, CancellationToken cancellationToken)
    {
        var answer = await aws
            .Ec2.Paginators.DescribeNatGateways(new DescribeNatGatewaysRequest { Filter = Tagging.Filter(lab, Id) })
            .NatGateways.ToListAsync(cancellationToken);
        var living = answer.Where(nat => nat.State != NatGatewayState.Deleted && nat.State != NatGatewayState.Failed).ToList();
        var staying = living.Where(nat => nat.State != NatGatewayState.Deleting).ToList();
        if (Tagging.Single<Ec2Gateway>(staying.Count > 0 ? staying : living.Take(1), nat => nat.Tags, lab, Id, nat => nat.NatGatewayId) is not { } nat)
        {
            return null;
        }

        var fields = new Fields { ["subnet"] = nat.SubnetId };
        if (nat.NatGatewayAddresses?.FirstOrDefault()?.AllocationId is { } allocation)
        {
            fields["address"] = allocation;
        }

        fields.AddName(nat.Tags);
        return new Found(nat.NatGatewayId, fields)
        {
            IsReady = nat.State == NatGatewayState.Available,
            IsGoing = nat.State == NatGatewayState.Deleting,
            Handles = nat.NatGatewayAddresses?.FirstOrDefault()?.NetworkInterfaceId is { } networkInterface
                ? new Dictionary<string, string> { [Interface] = networkInterface }
                : [],
        };
    }

    public override async Task<string?> FailureAsync(AwsClients aws, CancellationToken cancellationToken)
    {
        var answer = await aws
            .Ec2.Paginators.DescribeNatGateways(new DescribeNatGatewaysRequest { Filter = Tagging.Filter(lab, Id) })
            .NatGateways.ToListAsync(cancellationToken);
        var failed = answer.Where(nat => nat.State == NatGatewayState.Failed).MaxBy(nat => nat.CreateTime);
        return failed is null ? null : $"{failed.FailureCode}: {failed.FailureMessage}";
    }

    public override Fields Desired(World world) =>
        new()
        {
            ["address"] = world.Ref(address),
            ["subnet"] = world.Ref(subnet),
            [Tagging.NameField] = Tagging.ConsoleName(lab, Id),
        };

    public override Task CreateAsync(AwsClients aws, World world, CancellationToken cancellationToken) =>
        aws.Ec2Writes.CreateNatGatewayAsync(
            new CreateNatGatewayRequest
            {
                SubnetId = world.Ref(subnet),
                AllocationId = world.Ref(address),
                TagSpecifications = Tagging.Specify(lab, Id, ResourceType.Natgateway),
            },
            cancellationToken
        );

    public override Task UpdateAsync(AwsClients aws, World world, Found found, IReadOnlyList<FieldChange> changes, CancellationToken cancellationToken) =>
        Tagging.UpdateNameAsync(aws, lab, this, found, changes, cancellationToken);

    public override async Task DeleteAsync(AwsClients aws, Found found, CancellationToken cancellationToken)
    {
        if (aws.Target.IsLocal && found.Handles.TryGetValue(Interface, out var networkInterface))
        {
            // moto 5.2 forgets to remove it with the gateway; AWS does not.
            await IgnoreGoneAsync(
                aws.Ec2Writes.DeleteNetworkInterfaceAsync(new DeleteNetworkInterfaceRequest { NetworkInterfaceId = networkInterface }, cancellationToken)
            );
        }

        await aws.Ec2Writes.DeleteNatGatewayAsync(new DeleteNatGatewayRequest { NatGatewayId = found.Id }, cancellationToken);
    }

    private static async Task IgnoreGoneAsync(Task call)
    {
        try
        {
            await call;
        }
        catch (AmazonEC2Exception e) when (AwsErrors.IsGone(e)) { }
    }
}
