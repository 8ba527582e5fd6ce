using System.Net;
using System.Net.Sockets;

namespace Lab.Emulation.Network.Vpc;

/// <summary>What a security group's rule matches, in nftables' language.</summary>
internal static class RuleMatch
{
    /// <summary>One match for each family that the other side has; none for a group without members.</summary>
    public static IEnumerable<string> Of(VpcState vpc, VpcRule rule, bool isIngress)
    {
        var side = isIngress ? "saddr" : "daddr";
        IEnumerable<string> peers = rule switch
        {
            { Network: { PrefixLength: 0 } network } => [$"meta nfproto {(IsIpv6(network.BaseAddress) ? "ipv6" : "ipv4")}"],
            { Network: { } network } => [$"{Family(network.BaseAddress)} {side} {network}"],
            { GroupId: { } group } => vpc.MembersOf(group).GroupBy(Family).Select(family => $"{family.Key} {side} {Set(family)}"),
            _ => [],
        };
        return peers.Select(peer => $"{peer}{Traffic(rule)}");
    }

    /// <summary>Addresses as a set.</summary>
    public static string Set(IEnumerable<IPAddress> addresses) => $"{{ {string.Join(", ", addresses.Distinct())} }}";

    /// <summary>The protocol's name in a match.</summary>
    public static string Family(IPAddress address) => IsIpv6(address) ? "ip6" : "ip";

    /// <summary>True for IPv6.</summary>
    public static bool IsIpv6(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6;

    private static string Traffic(VpcRule rule) =>
        (VpcProtocol.Name(rule.Protocol), rule.Ports) switch
        {
            (VpcProtocol.All, _) => "",
            (var protocol and ("tcp" or "udp"), var (first, last)) when first >= 0 => $" {protocol} dport {first}-{last}",
            ("icmp", var (type, _)) when type >= 0 => $" icmp type {type}",
            ("icmpv6", var (type, _)) when type >= 0 => $" icmpv6 type {type}",
            ("icmpv6", _) => " meta l4proto ipv6-icmp",
            (var protocol, _) => $" meta l4proto {protocol}",
        };
}
