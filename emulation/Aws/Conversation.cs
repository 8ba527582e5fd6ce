using System.Net;
using Lab.Emulation.Network.Vpc;

namespace Lab.Emulation.Aws;

/// <summary>Who may open connections to whom, as routes and security groups are.</summary>
/// <param name="From">Id of an interface, or a network outside the VPC.</param>
/// <param name="To">Id of an interface.</param>
/// <param name="Traffic">What: <c>all</c>, or <c>tcp 22</c> and so on, the first port of a range.</param>
internal sealed record Conversation(string From, string To, IReadOnlyList<string> Traffic)
{
    /// <summary>All that come about in a VPC: between its interfaces, and from the networks outside that inward rules name.</summary>
    public static IReadOnlyList<Conversation> Of(VpcState vpc) => [.. Inside(vpc).Concat(FromOutside(vpc)).Where(one => one.Traffic.Count > 0)];

    private static IEnumerable<Conversation> Inside(VpcState vpc) =>
        from one in vpc.Interfaces
        from other in vpc.Interfaces
        where one.InstanceId is not null && other.InstanceId is not null && one.InstanceId != other.InstanceId
        let rules = Egress(vpc, one).Concat(Ingress(vpc, other))
        select new Conversation(
            one.Id,
            other.Id,
            Allowed(rules, (protocol, port) => other.Addresses.Any(address => Reachability.Of(vpc, one, address, protocol, port).IsAllowed))
        );

    private static IEnumerable<Conversation> FromOutside(VpcState vpc) =>
        from one in vpc.Interfaces
        from network in Ingress(vpc, one).Select(rule => rule.Network).OfType<IPNetwork>().Distinct()
        where vpc.Ipv4Blocks.Concat(vpc.Ipv6Blocks).All(block => !block.Contains(network.BaseAddress))
        select new Conversation(
            network.ToString(),
            one.Id,
            Allowed(Ingress(vpc, one), (protocol, port) => Reachability.From(vpc, network.BaseAddress, one, protocol, port).IsAllowed)
        );

    /// <summary>What is allowed is named by a rule on one side or the other.</summary>
    private static IReadOnlyList<string> Allowed(IEnumerable<VpcRule> rules, Func<string, int, bool> passes) =>
        passes(VpcProtocol.All, 0)
            ? ["all"]
            :
            [
                .. rules
                    .Where(rule => VpcProtocol.Name(rule.Protocol) != VpcProtocol.All)
                    .Select(rule =>
                        (Protocol: VpcProtocol.Name(rule.Protocol), Port: VpcProtocol.HasPorts(rule.Protocol) ? Math.Max(rule.Ports?.First ?? 0, 0) : 0)
                    )
                    .Distinct()
                    .Where(traffic => passes(traffic.Protocol, traffic.Port))
                    .Select(traffic => traffic.Port == 0 ? traffic.Protocol : $"{traffic.Protocol} {traffic.Port}"),
            ];

    private static IEnumerable<VpcRule> Ingress(VpcState vpc, VpcInterface one) => vpc.GroupsOf(one).SelectMany(security => security.Ingress);

    private static IEnumerable<VpcRule> Egress(VpcState vpc, VpcInterface one) => vpc.GroupsOf(one).SelectMany(security => security.Egress);
}
