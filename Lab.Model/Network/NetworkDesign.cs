using System.Net;
using Lab.Model.Definition;

namespace Lab.Model.Network;

/// <summary>A rule that a security group of the lab shall have.</summary>
/// <param name="IsIngress">In, or out.</param>
/// <param name="TcpPort">The TCP port; null for all traffic.</param>
/// <param name="Peer">An IPv4 or IPv6 network, or the name of one of the lab's groups.</param>
public sealed record DesignedRule(bool IsIngress, int? TcpPort, string Peer);

/// <summary>Where a route of the lab leads.</summary>
public enum RouteTarget
{
    /// <summary>The internet gateway.</summary>
    InternetGateway,

    /// <summary>The NAT gateway in the public subnet.</summary>
    NatGateway,

    /// <summary>The interface with the bastion's static address.</summary>
    Bastion,
}

/// <summary>A route that a subnet of the lab shall have, beside the VPC's own.</summary>
/// <param name="Destination">IPv4 or IPv6 network.</param>
/// <param name="Target">Where to.</param>
public sealed record DesignedRoute(string Destination, RouteTarget Target);

/// <summary>Who may talk to whom, and by which way, on AWS: the deployment makes it so, and a rehearsal is compared with it.</summary>
public static class NetworkDesign
{
    /// <summary>The bastion's security group.</summary>
    public const string BastionGroup = "bastion-sg";

    /// <summary>The nodes' security group.</summary>
    public const string NodesGroup = "talos-nodes-sg";

    /// <summary>The bastion's port for SSH.</summary>
    public const int SshPort = 22;

    /// <summary>How many of a subnet's first addresses AWS keeps, that of the network among them (https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html).</summary>
    public const int KeptAddresses = 4;

    /// <summary>All of IPv4.</summary>
    public const string AllIpv4 = "0.0.0.0/0";

    /// <summary>All of IPv6.</summary>
    public const string AllIpv6 = "::/0";

    /// <summary>The first address of a subnet that an instance can have.</summary>
    public static IPAddress FirstFree(IPNetwork subnet) => subnet.BaseAddress.Plus(KeptAddresses);

    /// <summary>True for an address at the beginning of a subnet that no instance can have.</summary>
    public static bool IsKept(IPNetwork subnet, IPAddress address) => address.ToNumber() - subnet.BaseAddress.ToNumber() < KeptAddresses;

    /// <summary>True when the bastion's first interface is in the public subnet, with a public IPv4 address.</summary>
    public static bool IsBastionPublic(LabDefinition lab) => lab.Network.Egress == Egress.Bastion;

    /// <summary>True when the design has a NAT gateway.</summary>
    public static bool HasNatGateway(LabDefinition lab) => lab.Network.Egress == Egress.NatGateway;

    /// <summary>The bastion's rules.</summary>
    public static IReadOnlyList<DesignedRule> BastionRules(LabDefinition lab) =>
        [
            .. lab.Access.Ipv6 is { } home ? [new(true, SshPort, home.ToString())] : Array.Empty<DesignedRule>(),
            new(true, null, NodesGroup),
            new(false, null, AllIpv4),
            // Without an IPv4 way out the bastion uses IPv6; the specification's rules know only IPv4.
            .. lab.Network.Egress == Egress.Ipv6 ? [new(false, null, AllIpv6)] : Array.Empty<DesignedRule>(),
        ];

    /// <summary>The nodes' rules.</summary>
    public static IReadOnlyList<DesignedRule> NodeRules(LabDefinition lab) =>
        [
            new(true, null, BastionGroup),
            new(true, null, NodesGroup),
            new(false, null, BastionGroup),
            new(false, 443, AllIpv4),
            .. lab.Network.InterNodeEgress ? [new(false, null, NodesGroup)] : Array.Empty<DesignedRule>(),
        ];

    /// <summary>Routes of the public subnet.</summary>
    public static IReadOnlyList<DesignedRoute> PublicRoutes { get; } = [new(AllIpv4, RouteTarget.InternetGateway), new(AllIpv6, RouteTarget.InternetGateway)];

    /// <summary>
    /// Routes of the private subnet. SSH from the operator comes over IPv6, and its answers leave by the internet gateway: an
    /// egress-only one would not let it in.
    /// </summary>
    public static IReadOnlyList<DesignedRoute> PrivateRoutes(LabDefinition lab) =>
        [
            .. lab.Network.Egress != Egress.None ? [new(AllIpv6, RouteTarget.InternetGateway)]
            : lab.Access.Ipv6 is { } home ? [new(home.ToString(), RouteTarget.InternetGateway)]
            : Array.Empty<DesignedRoute>(),
            .. lab.Network.Egress switch
            {
                Egress.NatGateway => [new(AllIpv4, RouteTarget.NatGateway)],
                Egress.Bastion => [new(AllIpv4, RouteTarget.Bastion)],
                _ => Array.Empty<DesignedRoute>(),
            },
        ];
}
