using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Lab.Model.Definition;

/// <summary>The VPC and its two subnets. <c>network: vpc</c> stands for <c>network: { as: vpc }</c>.</summary>
[ShortForm(nameof(As))]
public sealed record NetworkDefinition
{
    [Description("What runs on this machine: lan (the network of a home) or vpc (what lab-deploy makes on AWS). lab-deploy ignores it.")]
    public RehearsedNetwork As { get; init; } = RehearsedNetwork.Lan;

    /// <summary>What the file says; <see cref="PrivateSubnet"/> is the same then.</summary>
    [Description("The lab's network, a /17 to /28: another word for privateSubnet, from which all addresses follow that the file does not say.")]
    [Example("10.20.13.0/24")]
    public IPNetwork? Subnet { get; init; }

    [Description("IPv4 range of the VPC.")]
    public IPNetwork Vpc { get; init; } = IPNetwork.Parse("10.20.0.0/16");

    [Description("Public subnet: internet gateway and NAT.")]
    public IPNetwork PublicSubnet { get; init; } = IPNetwork.Parse("10.20.1.0/24");

    [Description("Private subnet: the bastion and all nodes. The local lab is this network.")]
    public IPNetwork PrivateSubnet { get; init; } = IPNetwork.Parse("10.20.13.0/24");

    [Description("Private subnets in further availability zones, for the nodes whose launch.zone names one. Traffic between zones is paid by the GB.")]
    public IReadOnlyList<ZoneDefinition> Zones { get; init; } = [];

    [Description("A VPC and subnets of the account that lab-deploy uses instead of making its own: nothing of them is created, changed or deleted.")]
    public ExistingNetworkDefinition? Existing { get; init; }

    [Description("How the private subnet reaches the internet: nat-gateway, bastion, ipv6 or none.")]
    public Egress Egress { get; init; } = Egress.NatGateway;

    /// <summary>False as in the specification, whose groups let nodes receive from nodes but not send to them.</summary>
    [Description("Let nodes send to each other. The specification lets them only receive, which keeps a cluster of several from forming.")]
    public bool InterNodeEgress { get; init; }

    [Description("Whether the machines of lab up reach the internet at home: none, or nat (TCP through this machine). lab serve and lab-deploy ignore it.")]
    public HomeInternet Internet { get; init; } = HomeInternet.None;

    [Description(
        "Largest packet of the home's network in bytes (MTU): 1280 to 9000. Machines are told so by DHCP; without it nothing is said, and it is Ethernet's 1500."
    )]
    [Range(1280, 9000, ErrorMessage = "a network's MTU is {1} to {2} bytes")]
    [Example(1500)]
    public int? Mtu { get; init; }

    [Description(
        "IPv6 of the home that lab up rehearses: a /64, unique local or global, which is announced there. Without it the network has IPv4 only. lab serve, a VPC and lab-deploy ignore it."
    )]
    [Example("fd00:10:20:13::/64")]
    public Ipv6Prefix? Ipv6 { get; init; }

    [Description("The real network of lab serve.")]
    public HomeDefinition Home { get; init; } = new();

    [Description("What Amazon's DHCP tells the instances of the VPC.")]
    public DhcpOptionsDefinition DhcpOptions { get; init; } = new();

    /// <summary>The IPv6 address of a host of Lab's in the rehearsed home; null for a home without IPv6.</summary>
    /// <param name="address">Its IPv4 address.</param>
    public IPAddress? Ipv6Of(IPAddress address) => Ipv6?.AddressOf(address, PrivateSubnet);
}

/// <summary>Whether the machines of a rehearsed home reach the internet.</summary>
public enum HomeInternet
{
    /// <summary>They do not, and are told at once.</summary>
    None,

    /// <summary>They do, through this machine.</summary>
    Nat,
}
