using System.Net;
using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Model.Definition;
using Ec2Subnet = Amazon.EC2.Model.Subnet;

namespace Lab.Deployment.Resources;

/// <summary>One of the two subnets, each with a /64 of the VPC's IPv6 range. No instance gets a public IPv4 address by itself.</summary>
/// <param name="lab">The lab.</param>
/// <param name="vpc">Its VPC.</param>
/// <param name="name"><c>public</c> or <c>private</c>.</param>
/// <param name="range">Its IPv4 range.</param>
/// <param name="number">Which /64 of the VPC's /56 it has.</param>
internal sealed class Subnet(LabDefinition lab, Vpc vpc, string name, IPNetwork range, byte number) : Resource($"subnet/{name}", "subnet", vpc)
{
    public override IReadOnlyCollection<string> Immutable => ["cidr", "ipv6", "vpc", "zone"];

    public override async Task<Found?> FindAsync(AwsClients aws, CancellationToken cancellationToken)
    {
        var answer = await aws
            .Ec2.Paginators.DescribeSubnets(new DescribeSubnetsRequest { Filters = Tagging.Filter(lab, Id) })
            .Subnets.ToListAsync(cancellationToken);
        if (Tagging.Single<Ec2Subnet>(answer, subnet => subnet.Tags, lab, Id, subnet => subnet.SubnetId) is not { } subnet)
        {
            return null;
        }

        var fields = new Fields
        {
            ["vpc"] = subnet.VpcId,
            ["cidr"] = subnet.CidrBlock,
            ["zone"] = subnet.AvailabilityZone,
            ["public addresses"] = subnet.MapPublicIpOnLaunch == true ? "yes" : "no",
        };
        if (subnet.Ipv6CidrBlockAssociationSet?.FirstOrDefault(set => set.Ipv6CidrBlockState.State != SubnetCidrBlockStateCode.Disassociated) is { } ipv6)
        {
            fields["ipv6"] = ipv6.Ipv6CidrBlock;
        }

        fields.AddName(subnet.Tags);
        return new Found(subnet.SubnetId, fields) { IsReady = subnet.State == SubnetState.Available };
    }

    public override Fields Desired(World world) =>
        new()
        {
            ["vpc"] = world.Ref(vpc),
            ["cidr"] = range.ToString(),
            ["ipv6"] = Ipv6(world),
            ["zone"] = lab.Zone,
            ["public addresses"] = "no",
            [Tagging.NameField] = Tagging.ConsoleName(lab, Id),
        };

    public override Task CreateAsync(AwsClients aws, World world, CancellationToken cancellationToken) =>
        aws.Ec2Writes.CreateSubnetAsync(
            new CreateSubnetRequest
            {
                VpcId = world.Ref(vpc),
                CidrBlock = range.ToString(),
                Ipv6CidrBlock = Ipv6(world),
                AvailabilityZone = lab.Zone,
                TagSpecifications = Tagging.Specify(lab, Id, ResourceType.Subnet),
            },
            cancellationToken
        );

    public override async Task UpdateAsync(AwsClients aws, World world, Found found, IReadOnlyList<FieldChange> changes, CancellationToken cancellationToken)
    {
        if (changes.Any(change => change.Name == "public addresses"))
        {
            await aws.Ec2Writes.ModifySubnetAttributeAsync(
                new ModifySubnetAttributeRequest { SubnetId = found.Id, MapPublicIpOnLaunch = false },
                cancellationToken
            );
        }

        await Tagging.UpdateNameAsync(aws, lab, this, found, changes, cancellationToken);
    }

    public override Task DeleteAsync(AwsClients aws, Found found, CancellationToken cancellationToken) =>
        aws.Ec2Writes.DeleteSubnetAsync(new DeleteSubnetRequest { SubnetId = found.Id }, cancellationToken);

    private string Ipv6(World world)
    {
        var block = world.Ref(vpc, Vpc.Ipv6);
        if (!IPNetwork.TryParse(block, out var network))
        {
            return World.Unknown;
        }

        return Ipv6Of(network, number);
    }

    /// <summary>A /64 of a VPC's /56.</summary>
    public static string Ipv6Of(IPNetwork network, byte number)
    {
        var bytes = network.BaseAddress.GetAddressBytes();
        bytes[7] |= number;
        return $"{new IPAddress(bytes)}/64";
    }
}
