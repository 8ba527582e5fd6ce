using System.Net;
using Amazon.EC2.Model;
using Lab.Deployment.Aws;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Network;
using Lab.Model.Rendering;
using Ec2Subnet = Amazon.EC2.Model.Subnet;
using Ec2Table = Amazon.EC2.Model.RouteTable;
using Ec2Vpc = Amazon.EC2.Model.Vpc;

namespace Lab.Deployment.Resources;

/// <summary>The network of <c>network.existing</c>: what the lab uses of it, and what the lab adds to it.</summary>
/// <param name="Lab">The lab.</param>
/// <param name="Vpc">The VPC.</param>
/// <param name="Public">The public subnet.</param>
/// <param name="Private">The private subnet.</param>
/// <param name="Tables">All route tables of the VPC.</param>
/// <param name="Gateway">The VPC's internet gateway; null for none.</param>
internal sealed record ExistingNetwork(LabDefinition Lab, Ec2Vpc Vpc, Ec2Subnet Public, Ec2Subnet Private, IReadOnlyList<Ec2Table> Tables, string? Gateway)
{
    private const string Setting = "network.existing";

    /// <summary>States of a range that a VPC or a subnet does not have any more, or never got.</summary>
    private static readonly string?[] Left = ["disassociating", "disassociated", "failing", "failed"];

    /// <summary>The private subnets of further zones, as the definition lists them.</summary>
    public IReadOnlyList<Ec2Subnet> Zones { get; init; } = [];

    /// <summary>All subnets of the VPC.</summary>
    public IReadOnlySet<string> Subnets { get; init; } = new HashSet<string>();

    /// <summary>The NAT gateway that the private subnet's IPv4 leaves by already; null for none. The lab makes no second one.</summary>
    public string? NatGateway => ForeignRoutes.FirstOrDefault(route => route.DestinationCidrBlock == NetworkDesign.AllIpv4)?.NatGatewayId;

    /// <summary>The private subnet's route table.</summary>
    public Ec2Table? PrivateTable => TableOf(Private);

    /// <summary>The routes that the private subnet lacks for the lab's design, or has from the lab.</summary>
    public IReadOnlyList<DesignedRoute> Added =>
        [.. NetworkDesign.PrivateRoutes(Lab).Where(route => !ForeignRoutes.Any(present => RouteTable.DestinationOf(present) == route.Destination))];

    private IEnumerable<Route> ForeignRoutes =>
        (PrivateTable?.Routes ?? []).Where(route => !AddedRoutes.MarkOf(PrivateTable, Lab).Contains(RouteTable.DestinationOf(route)));

    /// <summary>Reads it.</summary>
    /// <returns>Null where the definition names none.</returns>
    /// <exception cref="LabException">A part of it is not there, or there are two of that name.</exception>
    public static async Task<ExistingNetwork?> ReadAsync(AwsClients aws, LabDefinition lab, CancellationToken cancellationToken)
    {
        if (lab.Network.Existing is not { } named)
        {
            return null;
        }

        var networks = await aws.Ec2.Paginators.DescribeVpcs(new DescribeVpcsRequest()).Vpcs.ToListAsync(cancellationToken);
        var vpc = Pick(networks, network => (network.VpcId, network.Tags), named.Vpc, $"{Setting}.vpc", $"VPC in {lab.Region}");
        List<Filter> inside = [new("vpc-id", [vpc.VpcId])];
        var tables = aws
            .Ec2.Paginators.DescribeRouteTables(new DescribeRouteTablesRequest { Filters = inside })
            .RouteTables.ToListAsync(cancellationToken)
            .AsTask();
        var gateways = aws
            .Ec2.Paginators.DescribeInternetGateways(new DescribeInternetGatewaysRequest { Filters = [new("attachment.vpc-id", [vpc.VpcId])] })
            .InternetGateways.ToListAsync(cancellationToken)
            .AsTask();
        var subnets = await aws.Ec2.Paginators.DescribeSubnets(new DescribeSubnetsRequest { Filters = inside }).Subnets.ToListAsync(cancellationToken);
        var inVpc = subnets.Where(subnet => subnet.VpcId == vpc.VpcId).ToList();
        Ec2Subnet Subnet(string name, string key) => Pick(inVpc, subnet => (subnet.SubnetId, subnet.Tags), name, key, $"subnet in {vpc.VpcId}");
        return new ExistingNetwork(
            lab,
            vpc,
            Subnet(named.PublicSubnet, $"{Setting}.publicSubnet"),
            Subnet(named.PrivateSubnet, $"{Setting}.privateSubnet"),
            [.. (await tables).Where(table => table.VpcId == vpc.VpcId)],
            (await gateways).FirstOrDefault(gateway => gateway.Attachments?.Any(attachment => attachment.VpcId == vpc.VpcId) == true)?.InternetGatewayId
        )
        {
            Zones = [.. lab.Network.Zones.Select((zone, index) => Subnet(zone.Existing ?? "", $"network.zones[{index}].existing"))],
            Subnets = inVpc.Select(subnet => subnet.SubnetId).ToHashSet(),
        };
    }

    /// <summary>Reads it for removing the lab: what is not there any more keeps nobody from that.</summary>
    public static async Task<ExistingNetwork?> TryReadAsync(AwsClients aws, LabDefinition lab, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(aws, lab, cancellationToken);
        }
        catch (LabException)
        {
            return null;
        }
    }

    /// <summary>
    /// What the lab has in a network other than that of its definition. A lab changes its network by leaving the one before it enters the other.
    /// </summary>
    public static async Task<IReadOnlyList<string>> StraysAsync(
        AwsClients aws,
        LabDefinition lab,
        ExistingNetwork? existing,
        CancellationToken cancellationToken
    )
    {
        var marked = AddedRoutes.TablesAsync(aws, lab, cancellationToken);
        var own = existing is null ? null : await new Vpc(lab) { Phase = 1 }.TryFindAsync(aws, cancellationToken);
        return
        [
            .. own is null
                ? Array.Empty<string>()
                :
                [
                    $"{Setting}: lab {lab.Name} has a VPC of its own already ({own.Id}). Remove that first: take {Setting} out, run {DeployCommand.Line("destroy")}, and set it again.",
                ],
            .. (await marked)
                .Where(table => table != existing?.PrivateTable?.RouteTableId)
                .Select(table =>
                    $"{Setting}: lab {lab.Name} has routes in {table}, of a network that its definition no longer names. Remove them first: name that network again and run {DeployCommand.Line("destroy")}."
                ),
        ];
    }

    /// <summary>The VPC as a part of the lab.</summary>
    public ExistingPart VpcPart =>
        new(
            "vpc",
            "VPC",
            new Found(Vpc.VpcId, new Fields { ["cidr"] = Vpc.CidrBlock })
            {
                Handles = Ipv6 is null ? new Dictionary<string, string>() : new() { [Resources.Vpc.Ipv6] = Ipv6 },
            }
        )
        {
            Phase = 1,
        };

    /// <summary>The public subnet as a part of the lab.</summary>
    public ExistingPart PublicPart => Part(Public, "subnet/public");

    /// <summary>The private subnet as a part of the lab.</summary>
    public ExistingPart PrivatePart => Part(Private, "subnet/private");

    /// <summary>The private subnets of further zones as parts of the lab.</summary>
    public IEnumerable<ExistingPart> ZoneParts => Zones.Zip(Lab.Network.Zones, (subnet, zone) => Part(subnet, SubnetPlace.PrivateId(Lab, zone.Zone)));

    /// <summary>The internet gateway as a part of the lab. What needs one is not planned where there is none.</summary>
    public ExistingPart GatewayPart => new("internet-gateway", "internet gateway", new Found(Gateway ?? World.Unknown, [])) { Phase = 1 };

    private string? Ipv6 => Vpc.Ipv6CidrBlockAssociationSet?.FirstOrDefault(set => !Left.Contains(set.Ipv6CidrBlockState?.State?.Value))?.Ipv6CidrBlock;

    /// <summary>What keeps the lab out of this network, and what to do. Nothing of the network is changed to make it fit.</summary>
    public IEnumerable<string> Problems() => [.. Ranges(), .. Places(), .. Ways()];

    private IEnumerable<string> Ranges()
    {
        var ranges = (Vpc.CidrBlockAssociationSet ?? []).Select(set => set.CidrBlock).Append(Vpc.CidrBlock).Distinct().ToList();
        if (!ranges.Contains(Lab.Network.Vpc.ToString()))
        {
            yield return $"network.vpc is {Lab.Network.Vpc}, and {Vpc.VpcId} has {string.Join(", ", ranges)}. Set network.vpc to what it has.";
        }

        foreach (var (key, subnet, range) in Used().Concat(InZones().Select(zone => ($"{zone.Key}.privateSubnet", zone.Subnet, zone.Definition.PrivateSubnet))))
        {
            if (subnet.CidrBlock != range.ToString())
            {
                yield return $"network.{key} is {range}, and {subnet.SubnetId} has {subnet.CidrBlock}. Set network.{key} to what it has, and the addresses of bastion and nodes with it.";
            }
        }
    }

    private IEnumerable<string> Places()
    {
        foreach (var (key, subnet, _) in Used())
        {
            if (subnet.AvailabilityZone != Lab.Zone)
            {
                yield return $"{Setting}.{key}: {subnet.SubnetId} is in {subnet.AvailabilityZone}, and zone is {Lab.Zone}: the bastion's address cannot change its zone. Set zone, or name subnets of one zone.";
            }
        }

        foreach (var (key, subnet, definition) in InZones())
        {
            if (subnet.AvailabilityZone != definition.Zone)
            {
                yield return $"network.{key}.existing: {subnet.SubnetId} is in {subnet.AvailabilityZone}, not in {definition.Zone}. Name a subnet of that zone.";
            }
            else if (TableOf(subnet)?.RouteTableId is var table && table != PrivateTable?.RouteTableId)
            {
                yield return $"network.{key}.existing: {subnet.SubnetId} uses route table {table ?? "none that can be read"}, and the lab's routes are in {PrivateTable?.RouteTableId ?? "none"} of {Private.SubnetId}. Let both use one: aws ec2 associate-route-table --subnet-id {subnet.SubnetId} --route-table-id {PrivateTable?.RouteTableId ?? "TABLE"}";
            }
        }

        if ((Private.Ipv6CidrBlockAssociationSet ?? []).All(set => Left.Contains(set.Ipv6CidrBlockState?.State?.Value)))
        {
            yield return $"{Setting}.privateSubnet: {Private.SubnetId} has no IPv6 range, and the bastion is reached over IPv6. Give it one: aws ec2 associate-subnet-cidr-block --subnet-id {Private.SubnetId} --ipv6-cidr-block RANGE";
        }
    }

    private IEnumerable<string> Ways()
    {
        var usesPublic = Lab.Network.Egress == Egress.Bastion || (NetworkDesign.HasNatGateway(Lab) && NatGateway is null);
        if (usesPublic && TableOf(Public)?.Routes?.Any(route => route.DestinationCidrBlock == NetworkDesign.AllIpv4 && IsInternet(route.GatewayId)) != true)
        {
            yield return $"{Setting}.publicSubnet: the routes of {Public.SubnetId} do not lead to an internet gateway, as network.egress {Lab.Network.Egress.Id()} takes it. Name a public subnet.";
        }

        if (PrivateTable is not { } table)
        {
            yield return $"{Setting}.privateSubnet: {Private.SubnetId} has no route table that can be read. Look at it: aws ec2 describe-route-tables";
            yield break;
        }

        foreach (var route in NetworkDesign.PrivateRoutes(Lab))
        {
            if (ForeignRoutes.FirstOrDefault(present => RouteTable.DestinationOf(present) == route.Destination) is { } present && !Leads(present, route.Target))
            {
                yield return $"{Setting}.privateSubnet: {table.RouteTableId} sends {route.Destination} to {RouteTable.TargetOf(present)}, and network.egress {Lab.Network.Egress.Id()} takes {Words(route.Target)}. Choose another network.egress, or a subnet with a route table of its own.";
            }
        }

        if (Added.Count > 0 && Associated(Private) is null)
        {
            yield return $"{Setting}.privateSubnet: {Private.SubnetId} uses the VPC's main route table {table.RouteTableId}, and a route of the lab in it would be every subnet's. Give the subnet a table of its own: aws ec2 create-route-table --vpc-id {Vpc.VpcId}; aws ec2 associate-route-table --subnet-id {Private.SubnetId} --route-table-id NEW";
        }

        if (Gateway is null && Added.Any(route => route.Target == RouteTarget.InternetGateway))
        {
            yield return $"{Setting}.vpc: {Vpc.VpcId} has no internet gateway, and the way to the bastion leads through one. Attach one: aws ec2 attach-internet-gateway --vpc-id {Vpc.VpcId} --internet-gateway-id ID";
        }
    }

    private bool Leads(Route route, RouteTarget target) =>
        target switch
        {
            RouteTarget.InternetGateway => route.GatewayId is { } gateway && gateway == Gateway,
            RouteTarget.NatGateway => route.NatGatewayId is not null,
            _ => false,
        };

    private static string Words(RouteTarget target) =>
        target switch
        {
            RouteTarget.InternetGateway => "the internet gateway",
            RouteTarget.NatGateway => "a NAT gateway",
            _ => "the bastion",
        };

    private static bool IsInternet(string? gateway) => gateway?.StartsWith("igw-", StringComparison.Ordinal) == true;

    private (string Key, Ec2Subnet Subnet, IPNetwork Range)[] Used() =>
        [("publicSubnet", Public, Lab.Network.PublicSubnet), ("privateSubnet", Private, Lab.Network.PrivateSubnet)];

    private IEnumerable<(string Key, Ec2Subnet Subnet, ZoneDefinition Definition)> InZones() =>
        Zones.Zip(Lab.Network.Zones, (subnet, zone) => (subnet, zone)).Select((pair, index) => ($"zones[{index}]", pair.subnet, pair.zone));

    private Ec2Table? TableOf(Ec2Subnet subnet) =>
        Associated(subnet) ?? Tables.FirstOrDefault(table => table.Associations?.Any(association => association.Main == true) == true);

    private Ec2Table? Associated(Ec2Subnet subnet) =>
        Tables.FirstOrDefault(table => table.Associations?.Any(association => association.SubnetId == subnet.SubnetId) == true);

    private static ExistingPart Part(Ec2Subnet subnet, string id) =>
        new(id, "subnet", new Found(subnet.SubnetId, new Fields { ["cidr"] = subnet.CidrBlock, ["zone"] = subnet.AvailabilityZone })) { Phase = 1 };

    private static T Pick<T>(IEnumerable<T> all, Func<T, (string Id, List<Tag>? Tags)> read, string name, string path, string what)
    {
        var named = all.Where(one => read(one).Id == name || Tagging.Value(read(one).Tags, Tags.ConsoleName) == name).ToList();
        return named switch
        {
            [var only] => only,
            [] => throw new LabException($"{path}: there is no {what} with the id or the name {name}."),
            _ => throw new LabException(
                $"{path}: {named.Count} have the name {name}: {string.Join(", ", named.Select(one => read(one).Id))}. Name one by its id."
            ),
        };
    }
}
