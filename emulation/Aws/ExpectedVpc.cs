using System.Net;
using Lab.Emulation.Network.Vpc;
using Lab.Model.Definition;
using Lab.Model.Network;

namespace Lab.Emulation.Aws;

/// <summary>
/// The VPC that a definition asks for, as it is when the bastion and the nodes run: what a deployment can be compared with, and what can be
/// asked before there is one. Addresses that AWS chooses are stand-ins.
/// </summary>
internal static class ExpectedVpc
{
    /// <summary>The bastion's first interface: the instance's own.</summary>
    public const string BastionPrimary = "eni-bastion0";

    /// <summary>The bastion's interface with the static address.</summary>
    public const string BastionStatic = "eni-bastion1";

    private const string BastionInstance = "i-bastion";
    private const string Gateway = "igw-lab";
    private const string Nat = "nat-lab";

    private static readonly IPNetwork Ipv6 = IPNetwork.Parse("2001:db8:a:100::/56");
    private static readonly IPNetwork PublicIpv6 = IPNetwork.Parse("2001:db8:a:100::/64");
    private static readonly IPNetwork PrivateIpv6 = IPNetwork.Parse("2001:db8:a:101::/64");
    private static readonly IPAddress NatAddress = IPAddress.Parse("203.0.113.10");
    private static readonly IPAddress BastionAddress = IPAddress.Parse("203.0.113.11");

    /// <summary>The VPC of a definition.</summary>
    public static VpcState Of(LabDefinition lab)
    {
        VpcSubnet publicSubnet = new("subnet-public", lab.Network.PublicSubnet, PublicIpv6, "rtb-public");
        VpcSubnet privateSubnet = new("subnet-private", lab.Network.PrivateSubnet, PrivateIpv6, "rtb-private");
        var zones = lab.Network.Zones.Index().ToDictionary(zone => zone.Item.Zone, zone => Further(zone.Item, zone.Index));
        return new VpcState
        {
            Id = "vpc-lab",
            Region = lab.Region,
            Ipv4Blocks = [lab.Network.Vpc],
            Ipv6Blocks = [Ipv6],
            Dhcp = new(lab.Network.DhcpOptions.DomainName, lab.Network.DhcpOptions.Servers(lab), lab.Network.DhcpOptions.NtpServers),
            Subnets = [publicSubnet, privateSubnet, .. zones.Values],
            RouteTables =
            [
                Table(lab, publicSubnet.RouteTableId, NetworkDesign.PublicRoutes),
                Table(lab, privateSubnet.RouteTableId, NetworkDesign.PrivateRoutes(lab)),
            ],
            Gateways =
            [
                new(Gateway, VpcGatewayKind.Internet),
                .. NetworkDesign.HasNatGateway(lab) ? [new(Nat, VpcGatewayKind.Nat, publicSubnet.Id, NatAddress)] : Array.Empty<VpcGateway>(),
            ],
            SecurityGroups =
            [
                Group(NetworkDesign.BastionGroup, NetworkDesign.BastionRules(lab)),
                Group(NetworkDesign.NodesGroup, NetworkDesign.NodeRules(lab)),
            ],
            Interfaces =
            [
                .. Bastion(lab, NetworkDesign.IsBastionPublic(lab) ? publicSubnet : privateSubnet, privateSubnet),
                .. lab.Nodes.Select(node => Node(node, lab.MachineOf(node).Launch, zones.GetValueOrDefault(lab.MachineOf(node).Launch.Zone, privateSubnet))),
            ],
            Instances =
            [
                Instance(BastionInstance, lab.Bastion.InstanceType),
                .. lab.Nodes.Select(node => Instance(InstanceOf(node), lab.MachineOf(node).Launch.InstanceType)),
            ],
        };
    }

    /// <summary>The private subnet of a further zone, with the private route table.</summary>
    private static VpcSubnet Further(ZoneDefinition zone, int index) =>
        new($"subnet-private-{zone.Zone}", zone.PrivateSubnet, IPNetwork.Parse($"2001:db8:a:{0x102 + index:x}::/64"), "rtb-private");

    /// <summary>The interface of a node.</summary>
    public static string InterfaceOf(NodeDefinition node) => $"eni-{node.Name}";

    private static string InstanceOf(NodeDefinition node) => $"i-{node.Name}";

    private static VpcRouteTable Table(LabDefinition lab, string id, IEnumerable<DesignedRoute> routes) =>
        new(
            id,
            [
                new(lab.Network.Vpc, VpcQueries.Local),
                new(Ipv6, VpcQueries.Local),
                .. routes.Select(route => new VpcRoute(
                    IPNetwork.Parse(route.Destination),
                    route.Target switch
                    {
                        RouteTarget.InternetGateway => Gateway,
                        RouteTarget.NatGateway => Nat,
                        _ => BastionStatic,
                    }
                )),
            ]
        );

    private static VpcSecurityGroup Group(string name, IReadOnlyList<DesignedRule> rules) =>
        new(IdOf(name), name, [.. rules.Where(rule => rule.IsIngress).Select(Rule)], [.. rules.Where(rule => !rule.IsIngress).Select(Rule)]);

    private static VpcRule Rule(DesignedRule rule)
    {
        var isGroup = rule.Peer is NetworkDesign.BastionGroup or NetworkDesign.NodesGroup;
        return new VpcRule(
            rule.TcpPort is null ? VpcProtocol.All : "tcp",
            rule.TcpPort is { } port ? (port, port) : null,
            isGroup ? null : IPNetwork.Parse(rule.Peer),
            isGroup ? IdOf(rule.Peer) : null
        );
    }

    /// <summary>As the bastion's launch template and its user data make them; the first gets the subnet's last address.</summary>
    private static IEnumerable<VpcInterface> Bastion(LabDefinition lab, VpcSubnet home, VpcSubnet privateSubnet) =>
        [
            new(
                BastionPrimary,
                MacAddress.Parse("02:00:00:00:00:01"),
                home.Id,
                [home.Ipv4.Broadcast().Plus(-1), Sixth(home, 1)],
                [IdOf(NetworkDesign.BastionGroup)]
            )
            {
                InstanceId = BastionInstance,
                PublicAddress = NetworkDesign.IsBastionPublic(lab) ? BastionAddress : null,
            },
            new(BastionStatic, MacAddress.Parse("02:00:00:00:00:02"), privateSubnet.Id, [lab.Bastion.Address], [IdOf(NetworkDesign.BastionGroup)])
            {
                InstanceId = BastionInstance,
                DeviceIndex = 1,
                SourceDestinationCheck = lab.Network.Egress != Egress.Bastion,
            },
        ];

    private static VpcInterface Node(NodeDefinition node, NodeLaunch launch, VpcSubnet subnet) =>
        new(InterfaceOf(node), node.Mac, subnet.Id, [launch.PrivateAddress ?? node.Address], [IdOf(NetworkDesign.NodesGroup)])
        {
            InstanceId = InstanceOf(node),
        };

    private static VpcInstance Instance(string id, string type) =>
        new(id, VpcInstance.Running, new Dictionary<string, string>()) { ImageId = "ami-expected", InstanceType = type };

    private static string IdOf(string group) => $"sg-{group}";

    /// <summary>An IPv6 address beside those that the router has.</summary>
    private static IPAddress Sixth(VpcSubnet subnet, byte number)
    {
        var bytes = subnet.Ipv6!.Value.BaseAddress.GetAddressBytes();
        (bytes[14], bytes[15]) = (1, number);
        return new IPAddress(bytes);
    }
}
