using System.Net;
using System.Net.Sockets;

namespace Lab.Emulation.Network.Vpc;

/// <summary>Follows the first packet of one connection.</summary>
internal sealed class PacketWay(VpcState vpc, string protocol, int port)
{
    /// <summary>More instances than this do not forward for each other.</summary>
    private const int LongestWay = 4;

    private readonly List<Hop> _hops = [];

    /// <summary>From an interface to an address.</summary>
    public Verdict Leave(VpcInterface from, IPAddress to)
    {
        if (from.AddressOf(to.AddressFamily) is not { } source)
        {
            return No($"{from.Id} has no {Name(to.AddressFamily)} address");
        }

        _hops.Add(new Hop(from.Id, $"from {source}"));
        if (!IsUp(from))
        {
            return No($"no running instance has {from.Id}");
        }

        if (AmazonService(to))
        {
            return Yes(to.ToString(), "answered by Amazon, which no security group filters");
        }

        if (!Pass(from, to, isIngress: false))
        {
            return No($"no outward rule of {Groups(from)} allows {Traffic} to {to}");
        }

        var subnet = vpc.SubnetOf(from);
        if (vpc.RouteFor(subnet, to) is not { } route)
        {
            return No($"{subnet?.RouteTableId} has no route to {to}");
        }

        _hops.Add(new Hop(subnet!.RouteTableId, $"{route.Destination} via {route.Target}"));
        return route.Target == VpcQueries.Local ? Arrive(source, to)
            : vpc.Interfaces.FirstOrDefault(one => one.Id == route.Target) is { } hop ? Forward(source, hop, to)
            : PassGateway(from, route, to);
    }

    /// <summary>From outside to an interface.</summary>
    public Verdict ComeIn(IPAddress outside, VpcInterface to)
    {
        if (outside.AddressFamily == AddressFamily.InterNetwork ? to.PublicAddress is null : to.AddressOf(AddressFamily.InterNetworkV6) is null)
        {
            return No($"{to.Id} has no public {Name(outside.AddressFamily)} address");
        }

        if (vpc.Gateways.FirstOrDefault(gateway => gateway.Kind == VpcGatewayKind.Internet) is not { } gateway)
        {
            return No("the VPC has no internet gateway");
        }

        _hops.Add(new Hop(gateway.Id, $"from {outside}"));
        var arrived = Arrive(outside, to.AddressOf(outside.AddressFamily)!);
        if (!arrived.IsAllowed)
        {
            return arrived;
        }

        // The answer needs the same way back, or it is lost.
        var back = vpc.RouteFor(vpc.SubnetOf(to), outside);
        return back is not null && vpc.Gateway(back.Target)?.Kind == VpcGatewayKind.Internet
            ? arrived
            : No($"{vpc.SubnetOf(to)?.RouteTableId} does not lead the answer to {outside} to {gateway.Id}");
    }

    internal static string Name(AddressFamily family) => family == AddressFamily.InterNetwork ? "IPv4" : "IPv6";

    private string Traffic => port == 0 ? protocol : $"{protocol} {port}";

    private Verdict Arrive(IPAddress source, IPAddress address)
    {
        if (vpc.InterfaceWith(address) is not { } to)
        {
            return No($"nothing in the VPC has {address}");
        }

        if (!IsUp(to))
        {
            return No($"no running instance has {to.Id}");
        }

        return Pass(to, source, isIngress: true) ? Yes(to.Id, $"to {address}") : No($"no inward rule of {Groups(to)} allows {Traffic} from {source}");
    }

    private Verdict PassGateway(VpcInterface from, VpcRoute route, IPAddress to) =>
        (vpc.Gateway(route.Target), to.AddressFamily) switch
        {
            (null, _) => No($"{route.Target} does not exist: the route leads nowhere"),
            ({ Kind: VpcGatewayKind.Internet }, AddressFamily.InterNetwork) when from.PublicAddress is null => No(
                $"{from.Id} has no public IPv4 address, so {route.Target} does not pass its packets"
            ),
            ({ Kind: VpcGatewayKind.Internet } gateway, AddressFamily.InterNetwork) => Yes(gateway.Id, $"as {from.PublicAddress} to {to}"),
            ({ Kind: VpcGatewayKind.Internet or VpcGatewayKind.EgressOnly } gateway, AddressFamily.InterNetworkV6) => Yes(gateway.Id, $"to {to}"),
            ({ Kind: VpcGatewayKind.Nat, PublicAddress: { } address } nat, AddressFamily.InterNetwork) => vpc.CanLeave(nat, to)
                ? Yes(nat.Id, $"as {address} to {to}")
                : No($"the subnet of {nat.Id} has no route to an internet gateway"),
            _ => No($"{route.Target} does not pass {Name(to.AddressFamily)}"),
        };

    /// <summary>An instance that forwards does so with the address of its first interface, from which it leaves.</summary>
    private Verdict Forward(IPAddress source, VpcInterface hop, IPAddress to)
    {
        if (!IsUp(hop))
        {
            return No($"no running instance has {hop.Id}: the route leads nowhere");
        }

        if (hop.SourceDestinationCheck)
        {
            return No($"{hop.Id} takes only packets to itself (source/destination check)");
        }

        if (!Pass(hop, source, isIngress: true))
        {
            return No($"no inward rule of {Groups(hop)} allows {Traffic} from {source}");
        }

        if (_hops.Count(passed => passed.Id == hop.Id) >= LongestWay)
        {
            return No($"{hop.Id} forwards to itself");
        }

        _hops.Add(new Hop(hop.Id, "forwards"));
        return Leave(vpc.Interfaces.Where(one => one.InstanceId == hop.InstanceId).MinBy(one => one.DeviceIndex)!, to);
    }

    /// <summary>Looks for a rule that allows it.</summary>
    private bool Pass(VpcInterface one, IPAddress other, bool isIngress)
    {
        var found = (
            from security in vpc.GroupsOf(one)
            from rule in isIngress ? security.Ingress : security.Egress
            where Matches(rule, other)
            select new Hop(security.Id, RuleText.Of(vpc, rule, isIngress))
        ).FirstOrDefault();
        if (found is not null)
        {
            _hops.Add(found);
        }

        return found is not null;
    }

    private bool Matches(VpcRule rule, IPAddress other)
    {
        var (wanted, allowed) = (VpcProtocol.Name(protocol), VpcProtocol.Name(rule.Protocol));
        return (
                allowed == VpcProtocol.All
                || (
                    allowed == wanted && (!VpcProtocol.HasPorts(allowed) || rule.Ports is not var (first, last) || first < 0 || (first <= port && port <= last))
                )
            ) && (rule.Network is { } network ? network.Contains(other) : rule.GroupId is { } group && vpc.MembersOf(group).Contains(other));
    }

    private bool AmazonService(IPAddress to) =>
        AmazonAddresses.ResolverOf(vpc).Equals(to) || AmazonAddresses.Resolver.Equals(to) || AmazonAddresses.Resolver6.Equals(to) ? port == 53
        : AmazonAddresses.Metadata.Equals(to) || AmazonAddresses.Metadata6.Equals(to) ? port == 80
        : (AmazonAddresses.Time.Equals(to) || AmazonAddresses.Time6.Equals(to)) && port == 123;

    private bool IsUp(VpcInterface one) =>
        one.InstanceId is { } id && (vpc.Instances.FirstOrDefault(instance => instance.Id == id)?.State ?? VpcInstance.Running) == VpcInstance.Running;

    private string Groups(VpcInterface one) => string.Join(", ", vpc.GroupsOf(one).Select(group => group.Name).DefaultIfEmpty("no group"));

    private Verdict Yes(string id, string text)
    {
        _hops.Add(new Hop(id, text));
        return new Verdict(true, text, _hops);
    }

    private Verdict No(string reason) => new(false, reason, _hops);
}
