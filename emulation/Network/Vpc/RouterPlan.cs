using System.Net;
using System.Net.Sockets;
using Lab.Emulation.Network.Isolation;

namespace Lab.Emulation.Network.Vpc;

/// <summary>
/// Links, addresses and routes of the router and of the internet for a VPC's state: a pure function of it and of what is plugged in.
/// </summary>
/// <param name="vpc">The state.</param>
/// <param name="isPluggedIn">True for the id of an interface that has a machine behind it.</param>
/// <param name="tableOf">The kernel's number of a route table.</param>
internal sealed class RouterPlan(VpcState vpc, Func<string, bool> isPluggedIn, Func<string, int> tableOf)
{
    /// <summary>The next hop out of the router, and the one back in.</summary>
    public static readonly (string Internet, string Router) Transit = ("100.64.255.1", "100.64.255.2");

    /// <summary>The same for IPv6, on each link.</summary>
    public static readonly (string Internet, string Router) Transit6 = ("fe80::1", "fe80::2");

    /// <summary>The router on the link of an interface.</summary>
    public const string LinkRouter6 = "fe80::1";

    private const string Lo = "lo";
    private const string Nowhere = $"dev {VpcDevices.Nowhere}";
    private readonly IReadOnlyList<VpcInterface> _interfaces = [.. vpc.Interfaces.Where(one => isPluggedIn(one.Id) && vpc.SubnetOf(one) is not null)];

    /// <summary>All entries, each after what it needs.</summary>
    /// <param name="internetNamespace">The name by which <c>ip</c> knows the internet.</param>
    public IReadOnlyList<RouterEntry> Entries(string internetNamespace) =>
        [
            RouterEntry.Address(LabHost.Router, $"{AmazonAddresses.ResolverOf(vpc)}/32", Lo),
            .. vpc.Ipv4Blocks.Concat(vpc.Ipv6Blocks).Select(block => RouterEntry.Route(LabHost.Router, block.ToString(), "blackhole")),
            .. vpc.Gateways.SelectMany(gateway => Gateway(gateway, internetNamespace)),
            .. _interfaces.SelectMany(Interface),
            .. vpc.RouteTables.SelectMany(Table),
            .. _interfaces.SelectMany(one => RouterEntry.Rules(VpcDevices.Of(one.Id), $"{tableOf(vpc.SubnetOf(one)!.RouteTableId)}")),
        ];

    private IEnumerable<RouterEntry> Gateway(VpcGateway gateway, string internet)
    {
        var device = VpcDevices.Of(gateway.Id);
        yield return new(LabHost.Router, $"link add {device} type veth peer name {device} netns {internet}", $"link delete {device}");
        yield return new(LabHost.Router, $"link set {device} up", $"link set {device} down");
        yield return RouterEntry.Address(LabHost.Router, $"{Transit6.Router}/64", device, "nodad");
        yield return new(LabHost.Internet, $"link set {device} up", $"link set {device} down");
        yield return RouterEntry.Address(LabHost.Internet, $"{Transit6.Internet}/64", device, "nodad");
        foreach (var back in Behind(gateway))
        {
            yield return RouterEntry.Route(
                LabHost.Internet,
                back,
                back.Contains(':') ? $"via {Transit6.Router} dev {device}" : $"via {Transit.Router} dev {device} onlink"
            );
        }
    }

    /// <summary>What the internet sends to a gateway. Answers to what left by an egress-only gateway come in by the other.</summary>
    private IEnumerable<string> Behind(VpcGateway gateway) =>
        gateway.Kind switch
        {
            VpcGatewayKind.Internet =>
            [
                .. vpc.Ipv6Blocks.Select(block => block.ToString()),
                .. vpc.Interfaces.Where(one => one.PublicAddress is not null).Select(one => $"{PublicAddresses.Routable(one.PublicAddress!)}/32"),
            ],
            VpcGatewayKind.Nat when gateway.PublicAddress is { } address => [$"{PublicAddresses.Routable(address)}/32"],
            VpcGatewayKind.EgressOnly when vpc.Gateways.All(other => other.Kind != VpcGatewayKind.Internet) => vpc.Ipv6Blocks.Select(block => block.ToString()),
            _ => [],
        };

    /// <summary>
    /// A link of its own, a route to each address, and the router's own addresses in the subnet, which its DHCP needs. Who has the
    /// address is written down, as in a VPC: nobody can take another's by answering faster.
    /// </summary>
    private IEnumerable<RouterEntry> Interface(VpcInterface one)
    {
        var (device, subnet) = (VpcDevices.Of(one.Id), vpc.SubnetOf(one)!);
        yield return RouterEntry.AnswerAtOnce(device, "arp_cache");
        yield return RouterEntry.AnswerAtOnce(device, "ndisc_cache");
        yield return RouterEntry.Address(LabHost.Router, $"{AmazonAddresses.RouterOf(subnet)}/32", device);
        yield return RouterEntry.Address(LabHost.Router, $"{LinkRouter6}/64", device, "nodad");
        // Without an IPv6 address the interface hears no advertisement: it would send a host to a DHCPv6 that has nothing for it.
        if (AmazonAddresses.Router6Of(subnet) is { } router && one.AddressOf(AddressFamily.InterNetworkV6) is not null)
        {
            yield return RouterEntry.Address(LabHost.Router, $"{router}/{subnet.Ipv6!.Value.PrefixLength}", device, "nodad noprefixroute");
        }

        foreach (var address in one.Addresses)
        {
            yield return RouterEntry.Neighbour($"{address}", $"{one.Mac}", device);
            yield return RouterEntry.Route(LabHost.Router, Host(address), $"dev {device}");
        }

        // ARP is answered for whatever the router has a route to; neighbour discovery only for what is listed.
        foreach (var address in _interfaces.Where(other => other != one && other.SubnetId == one.SubnetId).SelectMany(other => other.Addresses).Where(IsIpv6))
        {
            yield return RouterEntry.Proxy($"{address}", device);
        }
    }

    /// <summary>A route to nothing loses the packet without a word, and so does the lack of one.</summary>
    private IEnumerable<RouterEntry> Table(VpcRouteTable table)
    {
        var number = $"{tableOf(table.Id)}";
        foreach (var route in table.Routes)
        {
            yield return RouterEntry.Route(LabHost.Router, route.Destination.ToString(), Way(route), number);
        }

        foreach (var all in new[] { "0.0.0.0/0", "::/0" }.Where(all => table.Routes.All(route => route.Destination.ToString() != all)))
        {
            yield return RouterEntry.Route(LabHost.Router, all, Nowhere, number);
        }
    }

    private string Way(VpcRoute route)
    {
        var isIpv6 = IsIpv6(route.Destination.BaseAddress);
        if (route.Target == VpcQueries.Local)
        {
            return "throw";
        }

        if (_interfaces.FirstOrDefault(one => one.Id == route.Target) is { } hop)
        {
            return hop.AddressOf(route.Destination.BaseAddress.AddressFamily) is { } address ? $"via {address} dev {VpcDevices.Of(hop.Id)} onlink" : Nowhere;
        }

        return vpc.Gateway(route.Target) switch
        {
            { Kind: VpcGatewayKind.EgressOnly } when !isIpv6 => Nowhere,
            { Kind: VpcGatewayKind.Nat } nat when isIpv6 || nat.PublicAddress is null || !vpc.CanLeave(nat, route.Destination.BaseAddress) => Nowhere,
            { } gateway when isIpv6 => $"via {Transit6.Internet} dev {VpcDevices.Of(gateway.Id)}",
            { } gateway => $"via {Transit.Internet} dev {VpcDevices.Of(gateway.Id)} onlink",
            null => Nowhere,
        };
    }

    private static bool IsIpv6(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6;

    private static string Host(IPAddress address) => $"{address}/{(IsIpv6(address) ? 128 : 32)}";
}
