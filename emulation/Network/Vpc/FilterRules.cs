using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Lab.Emulation.Network.Vpc;

/// <summary>
/// The router's packet filter for a VPC's state, in nftables' language. What leaves an interface passes a chain of its own with the
/// outward rules of its groups, what goes to one a chain with the inward rules. Connections that were let through go on.
/// </summary>
internal sealed class FilterRules
{
    /// <summary>The table that holds all of it.</summary>
    public const string Table = "vpc";

    private const string Established = "ct state established,related accept";

    private readonly Dictionary<string, List<string>> _chains = [];
    private readonly Dictionary<string, VpcCount> _counters = [];
    private readonly VpcState _vpc;
    private readonly IReadOnlyList<VpcInterface> _interfaces;

    /// <summary>Works the rules out.</summary>
    /// <param name="vpc">The state.</param>
    /// <param name="isPluggedIn">True for the id of an interface that has a machine behind it.</param>
    public FilterRules(VpcState vpc, Func<string, bool> isPluggedIn)
    {
        _vpc = vpc;
        _interfaces = [.. vpc.Interfaces.Where(one => isPluggedIn(one.Id))];
        foreach (var isIngress in new[] { true, false })
        {
            foreach (var group in vpc.SecurityGroups)
            {
                _chains[ChainOf(group.Id, isIngress)] = [.. Group(group, isIngress)];
            }

            foreach (var one in _interfaces)
            {
                _chains[ChainOf(one.Id, isIngress)] = [.. Interface(one, isIngress)];
            }
        }

        // Amazon's services are the router's own: they pass the input hook, which knows no security group.
        _chains["source"] =
        [
            "type filter hook prerouting priority raw; policy accept;",
            .. _interfaces.SelectMany(OwnDevice),
            .. _interfaces.Where(one => one.SourceDestinationCheck).SelectMany(OwnSource),
        ];
        _chains["services"] = ["type filter hook input priority filter; policy drop;", .. Services()];
        _chains["gateways"] = ["type filter hook forward priority -10; policy accept;", .. Gateways()];
        _chains["egress"] = ["type filter hook forward priority 0; policy drop;", Established, .. Leaving()];
        _chains["ingress"] = ["type filter hook forward priority 10; policy drop;", Established, .. Arriving()];
        _chains["inwards"] = ["type nat hook prerouting priority dstnat; policy accept;", .. Inwards()];
        _chains["outwards"] = ["type nat hook postrouting priority srcnat; policy accept;", .. Outwards()];
    }

    /// <summary>The counters by name, at zero.</summary>
    public IReadOnlyDictionary<string, VpcCount> Counters => _counters;

    /// <summary>The chains' names.</summary>
    public IReadOnlyCollection<string> Chains => _chains.Keys;

    /// <summary>One transaction that makes the filter this one. Counters that were there keep their numbers.</summary>
    /// <param name="oldChains">Chains of the filter before.</param>
    /// <param name="oldCounters">Counters of the filter before.</param>
    public string Script(IEnumerable<string> oldChains, IEnumerable<string> oldCounters) =>
        string.Join(
            '\n',
            [
                $"add table inet {Table}",
                $"flush table inet {Table}",
                .. oldChains.Except(_chains.Keys).Select(chain => $"delete chain inet {Table} {chain}"),
                .. oldCounters.Except(_counters.Keys).Select(counter => $"delete counter inet {Table} {counter}"),
                $"table inet {Table} {{",
                .. _counters.Keys.Select(name => $"counter {name} {{ }}"),
                .. _chains.SelectMany(chain => chain.Value.Prepend($"chain {chain.Key} {{").Append("}")),
                "}",
                // In one transaction with the rest, so there is no moment without it.
                $"add table arp {Table}",
                $"delete table arp {Table}",
                $"table arp {Table} {{",
                "chain questions {",
                "type filter hook input priority filter; policy accept;",
                .. _interfaces.SelectMany(Arp),
                "}",
                "}",
                "",
            ]
        );

    private IEnumerable<string> Group(VpcSecurityGroup group, bool isIngress) =>
        (isIngress ? group.Ingress : group.Egress).SelectMany(rule =>
            RuleMatch.Of(_vpc, rule, isIngress).Select(match => $"{match} {Count(group.Id, RuleText.Of(_vpc, rule, isIngress), isDrop: false)} accept")
        );

    private IEnumerable<string> Interface(VpcInterface one, bool isIngress) =>
        [
            .. _vpc.GroupsOf(one).Select(group => $"jump {ChainOf(group.Id, isIngress)}"),
            Drop(one.Id, isIngress ? "in: no rule allows it" : "out: no rule allows it"),
        ];

    /// <summary>A link belongs to one interface: frames with another's MAC address, and DHCP in another's name, come from nobody.</summary>
    private IEnumerable<string> OwnDevice(VpcInterface one)
    {
        // The client's hardware address is 28 bytes into DHCP's message, which is 8 bytes into UDP's (RFC 2131).
        const int hardwareAddress = (8 + 28) * 8;
        var device = VpcDevices.Of(one.Id);
        yield return $"iifname {device} ether saddr != {one.Mac} {Drop(one.Id, "out: another's MAC address")}";
        yield return $"iifname {device} udp dport 67 @th,{hardwareAddress},48 != 0x{one.Mac.Value:x12} {Drop(one.Id, "out: DHCP for another's MAC address")}";
        yield return $"iifname {device} icmpv6 type {{ nd-router-advert, nd-redirect }} {Drop(one.Id, "out: router advertisement")}";
    }

    /// <summary>Who asks is who the link belongs to; answered is for what the VPC has in the subnet.</summary>
    private IEnumerable<string> Arp(VpcInterface one)
    {
        var device = VpcDevices.Of(one.Id);
        var known = _vpc
            .Interfaces.Where(other => other.SubnetId == one.SubnetId)
            .SelectMany(Ipv4)
            .Concat(_vpc.SubnetOf(one) is { } subnet ? [AmazonAddresses.RouterOf(subnet)] : [])
            .Append(AmazonAddresses.ResolverOf(_vpc));
        yield return $"iifname {device} arp saddr ether != {one.Mac} drop";
        yield return $"iifname {device} arp saddr ip != {RuleMatch.Set([IPAddress.Any, .. Ipv4(one)])} drop";
        yield return $"iifname {device} arp daddr ip != {{ 169.254.0.0/16{string.Concat(known.Distinct().Select(address => $", {address}"))} }} drop";
    }

    private IEnumerable<string> OwnSource(VpcInterface one)
    {
        var device = VpcDevices.Of(one.Id);
        var drop = Drop(one.Id, "out: source/destination check");
        yield return $"iifname {device} ip saddr != {RuleMatch.Set([IPAddress.Any, .. Ipv4(one)])} {drop}";
        yield return $"iifname {device} ip6 saddr != {{ ::, fe80::/10{string.Concat(one.Addresses.Where(RuleMatch.IsIpv6).Select(address => $", {address}"))} }} {drop}";
    }

    private IEnumerable<string> Services() =>
        [
            "iifname lo accept",
            Established,
            "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit } accept",
            .. _vpc.Gateways.Select(gateway => $"iifname {VpcDevices.Of(gateway.Id)} drop"),
            // Who may send with another's address may not ask metadata with it.
            .. _interfaces.Where(one => !one.SourceDestinationCheck).SelectMany(OwnSource),
            "udp dport { 67, 547 } accept",
            .. new[] { AmazonAddresses.ResolverOf(_vpc), AmazonAddresses.Resolver, AmazonAddresses.Resolver6 }.Select(address =>
                $"{RuleMatch.Family(address)} daddr {address} meta l4proto {{ tcp, udp }} th dport 53 accept"
            ),
            .. new[] { AmazonAddresses.Metadata, AmazonAddresses.Metadata6 }.Select(address =>
                $"{RuleMatch.Family(address)} daddr {address} tcp dport 80 accept"
            ),
            .. new[] { AmazonAddresses.Time, AmazonAddresses.Time6 }.Select(address => $"{RuleMatch.Family(address)} daddr {address} udp dport 123 accept"),
        ];

    private IEnumerable<string> Gateways() =>
        [
            "ip daddr 169.254.0.0/16 drop",
            .. _interfaces
                .Where(one => one.SourceDestinationCheck)
                .SelectMany(one =>
                    one.Addresses.GroupBy(RuleMatch.Family)
                        .Select(family =>
                            $"oifname {VpcDevices.Of(one.Id)} {family.Key} daddr != {RuleMatch.Set(family)} {Drop(one.Id, "in: source/destination check")}"
                        )
                ),
            .. _vpc.Gateways.Select(gateway =>
                gateway.Kind switch
                {
                    VpcGatewayKind.Internet =>
                        $"oifname {VpcDevices.Of(gateway.Id)} ip saddr != {RuleMatch.Set([IPAddress.Any, .. Public().Select(one => one.Private)])} {Drop(gateway.Id, "out: no public address")}",
                    VpcGatewayKind.EgressOnly => $"oifname {VpcDevices.Of(gateway.Id)} ct direction reply {Drop(gateway.Id, "in: egress only")}",
                    _ => $"iifname {VpcDevices.Of(gateway.Id)} ct direction original {Drop(gateway.Id, "in: NAT answers only")}",
                }
            ),
        ];

    private IEnumerable<string> Leaving() =>
        [
            .. _vpc.Gateways.Select(gateway => $"iifname {VpcDevices.Of(gateway.Id)} accept"),
            .. _interfaces.Select(one => $"iifname {VpcDevices.Of(one.Id)} goto {ChainOf(one.Id, isIngress: false)}"),
        ];

    private IEnumerable<string> Arriving() =>
        [
            .. _interfaces.Select(one => $"iifname {VpcDevices.Of(one.Id)} oifname {VpcDevices.Nowhere} {Drop(one.Id, "out: no route")}"),
            .. _vpc.Gateways.Select(gateway => $"oifname {VpcDevices.Of(gateway.Id)} accept"),
            .. _interfaces.Select(one => $"oifname {VpcDevices.Of(one.Id)} goto {ChainOf(one.Id, isIngress: true)}"),
        ];

    private IEnumerable<string> Inwards() =>
        InternetGateway() is { } gateway && Public().ToList() is { Count: > 0 } all
            ? [$"iifname {gateway} dnat ip to ip daddr map {{ {string.Join(", ", all.Select(one => $"{one.Public} : {one.Private}"))} }}"]
            : [];

    private IEnumerable<string> Outwards() =>
        [
            .. InternetGateway() is { } gateway && Public().ToList() is { Count: > 0 } all
                ? [$"oifname {gateway} snat ip to ip saddr map {{ {string.Join(", ", all.Select(one => $"{one.Private} : {one.Public}"))} }}"]
                : Array.Empty<string>(),
            .. _vpc
                .Gateways.Where(nat => nat is { Kind: VpcGatewayKind.Nat, PublicAddress: not null })
                .Select(nat => $"oifname {VpcDevices.Of(nat.Id)} snat ip to {PublicAddresses.Routable(nat.PublicAddress!)}"),
        ];

    private string? InternetGateway() =>
        _vpc.Gateways.FirstOrDefault(gateway => gateway.Kind == VpcGatewayKind.Internet) is { } gateway ? VpcDevices.Of(gateway.Id) : null;

    private IEnumerable<(IPAddress Private, IPAddress Public)> Public() =>
        _vpc
            .Interfaces.Where(one => one.PublicAddress is not null && Ipv4(one).Any())
            .Select(one => (Ipv4(one).First(), PublicAddresses.Routable(one.PublicAddress!)));

    private static IEnumerable<IPAddress> Ipv4(VpcInterface one) => one.Addresses.Where(address => !RuleMatch.IsIpv6(address));

    private string Drop(string id, string rule) => $"{Count(id, rule, isDrop: true)} drop";

    /// <summary>A counter is named for what it counts, so that a rule that stays keeps its own, and a new one begins at zero.</summary>
    private string Count(string id, string rule, bool isDrop)
    {
        var name = $"c{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{id} {rule}")))[..16]}";
        _counters[name] = new VpcCount(id, rule, isDrop, 0);
        return $"counter name {name}";
    }

    private static string ChainOf(string id, bool isIngress) => $"{(isIngress ? "in" : "out")}-{id}";
}
