using System.Net;
using Lab.Model.Definition;

namespace Lab.Emulation.Network.Vpc;

/// <summary>
/// What a VPC holds at one moment, as the EC2 API tells it: the fabric and the machines follow it, and nothing else. Never taken from
/// lab.yaml: what is rehearsed is what was deployed.
/// </summary>
public sealed record VpcState
{
    /// <summary>Id of the VPC: <c>vpc-…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Its region, which names its hosts.</summary>
    public string Region { get; init; } = "eu-west-1";

    /// <summary>Its IPv4 networks.</summary>
    public required IReadOnlyList<IPNetwork> Ipv4Blocks { get; init; }

    /// <summary>Its IPv6 networks.</summary>
    public IReadOnlyList<IPNetwork> Ipv6Blocks { get; init; } = [];

    /// <summary>What its DHCP option set says.</summary>
    public VpcDhcpOptions Dhcp { get; init; } = new();

    /// <summary>Its subnets.</summary>
    public IReadOnlyList<VpcSubnet> Subnets { get; init; } = [];

    /// <summary>Its route tables.</summary>
    public IReadOnlyList<VpcRouteTable> RouteTables { get; init; } = [];

    /// <summary>Its gateways: internet, egress-only and NAT.</summary>
    public IReadOnlyList<VpcGateway> Gateways { get; init; } = [];

    /// <summary>Its security groups.</summary>
    public IReadOnlyList<VpcSecurityGroup> SecurityGroups { get; init; } = [];

    /// <summary>Its network interfaces, attached or not.</summary>
    public IReadOnlyList<VpcInterface> Interfaces { get; init; } = [];

    /// <summary>Its instances, those that ended recently included.</summary>
    public IReadOnlyList<VpcInstance> Instances { get; init; } = [];

    /// <summary>What instances are called that have a name of their own, by id.</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>();

    /// <summary>What an instance is called: its node's name, or its id.</summary>
    public string NameOf(VpcInstance instance) => Names.GetValueOrDefault(instance.Id, instance.Id);
}

/// <summary>What a DHCP option set can carry; there is no next-server and no file name.</summary>
/// <param name="DomainName">Domain name; null for the region's own.</param>
/// <param name="NameServers">Name servers; empty for the VPC's own at its second address.</param>
/// <param name="NtpServers">Time servers.</param>
public sealed record VpcDhcpOptions(string? DomainName = null, IReadOnlyList<IPAddress>? NameServers = null, IReadOnlyList<IPAddress>? NtpServers = null);

/// <summary>A subnet.</summary>
/// <param name="Id"><c>subnet-…</c></param>
/// <param name="Ipv4">Its IPv4 network.</param>
/// <param name="Ipv6">Its IPv6 network; null for none.</param>
/// <param name="RouteTableId">The route table that holds for it: its own or the main one.</param>
public sealed record VpcSubnet(string Id, IPNetwork Ipv4, IPNetwork? Ipv6, string RouteTableId);

/// <summary>A route table.</summary>
/// <param name="Id"><c>rtb-…</c></param>
/// <param name="Routes">Its routes; the longest prefix wins.</param>
public sealed record VpcRouteTable(string Id, IReadOnlyList<VpcRoute> Routes);

/// <summary>A route.</summary>
/// <param name="Destination">IPv4 or IPv6 network.</param>
/// <param name="Target">Id of a gateway or an interface, or <c>local</c>.</param>
public sealed record VpcRoute(IPNetwork Destination, string Target);

/// <summary>Kinds of gateway.</summary>
public enum VpcGatewayKind
{
    /// <summary>Both ways, for interfaces with a public address.</summary>
    Internet,

    /// <summary>IPv6, outwards only.</summary>
    EgressOnly,

    /// <summary>IPv4, outwards only, through its own public address.</summary>
    Nat,
}

/// <summary>A gateway.</summary>
/// <param name="Id"><c>igw-…</c>, <c>eigw-…</c> or <c>nat-…</c></param>
/// <param name="Kind">What it is.</param>
/// <param name="SubnetId">Where a NAT gateway sits; null for others.</param>
/// <param name="PublicAddress">A NAT gateway's public address; null for others.</param>
public sealed record VpcGateway(string Id, VpcGatewayKind Kind, string? SubnetId = null, IPAddress? PublicAddress = null);

/// <summary>A security group.</summary>
/// <param name="Id"><c>sg-…</c></param>
/// <param name="Name">Its name.</param>
/// <param name="Ingress">What may come in.</param>
/// <param name="Egress">What may go out.</param>
public sealed record VpcSecurityGroup(string Id, string Name, IReadOnlyList<VpcRule> Ingress, IReadOnlyList<VpcRule> Egress);

/// <summary>A rule of a security group.</summary>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c>, <c>icmp</c>, <c>icmpv6</c>, a number, or <c>-1</c> for all.</param>
/// <param name="Ports">First and last port; null for all.</param>
/// <param name="Network">The other side as a network; null when it is a group.</param>
/// <param name="GroupId">The other side as a security group; null when it is a network.</param>
public sealed record VpcRule(string Protocol, (int First, int Last)? Ports, IPNetwork? Network, string? GroupId);

/// <summary>An elastic network interface.</summary>
/// <param name="Id"><c>eni-…</c></param>
/// <param name="Mac">Its MAC address.</param>
/// <param name="SubnetId">Its subnet.</param>
/// <param name="Addresses">Its private addresses, IPv4 (primary first) and IPv6.</param>
/// <param name="SecurityGroupIds">Its security groups.</param>
public sealed record VpcInterface(string Id, MacAddress Mac, string SubnetId, IReadOnlyList<IPAddress> Addresses, IReadOnlyList<string> SecurityGroupIds)
{
    /// <summary>The instance that it is attached to; null for none.</summary>
    public string? InstanceId { get; init; }

    /// <summary>Its place in the instance: 0 is what the instance boots from.</summary>
    public int DeviceIndex { get; init; }

    /// <summary>Its public IPv4 address; null for none.</summary>
    public IPAddress? PublicAddress { get; init; }

    /// <summary>False lets it forward packets that are not its own (a NAT instance).</summary>
    public bool SourceDestinationCheck { get; init; } = true;
}

/// <summary>An instance.</summary>
/// <param name="Id"><c>i-…</c></param>
/// <param name="State"><c>pending</c>, <c>running</c>, <c>stopping</c>, <c>stopped</c>, <c>shutting-down</c> or <c>terminated</c>.</param>
/// <param name="Tags">Its tags.</param>
public sealed record VpcInstance(string Id, string State, IReadOnlyDictionary<string, string> Tags)
{
    /// <summary>The state of an instance whose network works.</summary>
    public const string Running = "running";

    /// <summary>The state of an instance that is off and keeps its disk.</summary>
    public const string Stopped = "stopped";

    /// <summary>The image that it was launched from.</summary>
    public required string ImageId { get; init; }

    /// <summary>The image's name, as far as the emulator knows it.</summary>
    public string? ImageName { get; init; }

    /// <summary>Its type: <c>t4g.small</c>.</summary>
    public required string InstanceType { get; init; }

    /// <summary>Size of its root disk.</summary>
    public int DiskGib { get; init; } = 8;

    /// <summary>Its user data, decoded; null for none.</summary>
    public byte[]? UserData { get; init; }

    /// <summary>True when instance metadata asks for a token (IMDSv2).</summary>
    public bool MetadataTokenRequired { get; init; }

    /// <summary>How far the metadata token's answer may travel.</summary>
    public int MetadataHopLimit { get; init; } = 1;

    /// <summary>False where instance metadata is switched off.</summary>
    public bool MetadataEnabled { get; init; } = true;

    /// <summary>The name of its instance profile, and so of what its credentials are for; null for none.</summary>
    public string? RoleName { get; init; }

    /// <summary>When it was launched; null where the emulator does not tell.</summary>
    public DateTimeOffset? Launched { get; init; }

    /// <summary>The Auto Scaling group that started it; null for none.</summary>
    public string? AutoScalingGroup { get; init; }

    /// <summary>The launch template that it came from; null for none.</summary>
    public string? LaunchTemplateId { get; init; }
}
