using System.Net;
using Amazon.EC2;
using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Model.Definition;
using Lab.Model.Rendering;
using Ec2Subnet = Amazon.EC2.Model.Subnet;

namespace Lab.Deployment.Resources;

/// <summary>Where a subnet of the lab's own VPC is.</summary>
/// <param name="Name"><c>public</c>, <c>private</c>, or for a further zone <c>private-</c> and the zone.</param>
/// <param name="Range">Its IPv4 range.</param>
/// <param name="Zone">Its availability zone.</param>
/// <param name="Number">Which /64 of the VPC's /56 it has.</param>
internal sealed record SubnetPlace(string Name, IPNetwork Range, string Zone, byte Number)
{
    private const string Further = "private-";

    /// <summary>The public subnet.</summary>
    public static SubnetPlace Public(LabDefinition lab) => new("public", lab.Network.PublicSubnet, lab.Zone, 0);

    /// <summary>The private subnet of the lab's zone.</summary>
    public static SubnetPlace Private(LabDefinition lab) => new("private", lab.Network.PrivateSubnet, lab.Zone, 1);

    /// <summary>That of a further zone. Its /64 follows from the zone's letter, so that it stays when other zones come and go.</summary>
    public static SubnetPlace In(string zone, IPNetwork range) => new(Further + zone, range, zone, (byte)(2 + zone[^1] - 'a'));

    /// <summary>The name in the lab of the private subnet of a zone.</summary>
    public static string PrivateId(LabDefinition lab, string zone) => zone == lab.Zone ? "subnet/private" : FurtherId(zone);

    /// <summary>The names in the lab of all its private subnets.</summary>
    public static IEnumerable<string> PrivateIds(LabDefinition lab) =>
        lab.Network.Zones.Select(zone => zone.Zone).Prepend(lab.Zone).Select(zone => PrivateId(lab, zone));

    /// <summary>Subnets of zones that the definition does not name any more: they are to go.</summary>
    public static async Task<IReadOnlyList<SubnetPlace>> LeftAsync(AwsClients aws, LabDefinition lab, CancellationToken cancellationToken)
    {
        var answer = await aws
            .Ec2.Paginators.DescribeSubnets(
                new DescribeSubnetsRequest { Filters = [new($"tag:{Tags.Lab}", [lab.Name]), new($"tag:{Tags.Id}", [FurtherId("*")])] }
            )
            .Subnets.ToListAsync(cancellationToken);
        return
        [
            .. answer
                .Where(subnet => Tagging.IsOf(lab, subnet.Tags) && Tagging.Value(subnet.Tags, Tags.Id) == FurtherId(subnet.AvailabilityZone))
                .Where(subnet => lab.Network.Zones.All(zone => zone.Zone != subnet.AvailabilityZone))
                .Select(subnet => In(subnet.AvailabilityZone, IPNetwork.Parse(subnet.CidrBlock))),
        ];
    }

    private static string FurtherId(string zone) => $"subnet/{Further}{zone}";
}

/// <summary>A subnet, with a /64 of the VPC's IPv6 range. No instance gets a public IPv4 address by itself.</summary>
/// <param name="lab">The lab.</param>
/// <param name="vpc">Its VPC.</param>
/// <param name="place">Where it is.</param>
internal sealed class Subnet(LabDefinition lab, Vpc vpc, SubnetPlace place) : Resource($"subnet/{place.Name}", "subnet", vpc)
{
    /// <summary>True where a subnet that shall be made has addresses of it.</summary>
    public override bool IsInTheWay =>
        !IsWanted && lab.PrivateSubnets.Append(lab.Network.PublicSubnet).Any(range => range.Contains(place.Range) || place.Range.Contains(range));

    public override IReadOnlyCollection<string> Immutable => ["cidr", "ipv6", "vpc", "zone"];

    public override async Task<Found?> FindAsync(AwsClients aws, CancellationToken cancellationToken)
    {
        var subnet = await Tagging.FindAsync<Ec2Subnet>(
            aws,
            lab,
            Id,
            found => found.Tags,
            found => found.SubnetId,
            filters => aws.Ec2.Paginators.DescribeSubnets(new DescribeSubnetsRequest { Filters = filters }).Subnets,
            cancellationToken
        );
        if (subnet is null)
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
            ["cidr"] = place.Range.ToString(),
            ["ipv6"] = Ipv6(world),
            ["zone"] = place.Zone,
            ["public addresses"] = "no",
            [Tagging.NameField] = Tagging.ConsoleName(lab, Id),
        };

    public override Task CreateAsync(AwsClients aws, World world, CancellationToken cancellationToken) =>
        aws.Ec2Writes.CreateSubnetAsync(
            new CreateSubnetRequest
            {
                VpcId = world.Ref(vpc),
                CidrBlock = place.Range.ToString(),
                Ipv6CidrBlock = Ipv6(world),
                AvailabilityZone = place.Zone,
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

    /// <summary>The route table of a subnet that goes may stay, for others.</summary>
    public override async Task DeleteAsync(AwsClients aws, Found found, CancellationToken cancellationToken)
    {
        foreach (var association in await RouteTable.AssociationsAsync(aws, found.Id, cancellationToken))
        {
            await aws.Ec2Writes.DisassociateRouteTableAsync(new DisassociateRouteTableRequest { AssociationId = association }, cancellationToken);
        }

        await aws.Ec2Writes.DeleteSubnetAsync(new DeleteSubnetRequest { SubnetId = found.Id }, cancellationToken);
    }

    private string Ipv6(World world)
    {
        var block = world.Ref(vpc, Vpc.Ipv6);
        if (!IPNetwork.TryParse(block, out var network))
        {
            return World.Unknown;
        }

        return Ipv6Of(network, place.Number);
    }

    /// <summary>A /64 of a VPC's /56.</summary>
    public static string Ipv6Of(IPNetwork network, byte number)
    {
        var bytes = network.BaseAddress.GetAddressBytes();
        bytes[7] |= number;
        return $"{new IPAddress(bytes)}/64";
    }
}
