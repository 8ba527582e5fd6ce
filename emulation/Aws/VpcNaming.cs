using System.Net.Sockets;
using Lab.Emulation.Network.Vpc;

namespace Lab.Emulation.Aws;

/// <summary>What people call the parts of a VPC.</summary>
public static class VpcNaming
{
    /// <summary>A name to an id: a security group's own, an instance for its interface, what a gateway is; the id where there is no better.</summary>
    public static string NameOf(this VpcState vpc, string id)
    {
        if (vpc.SecurityGroups.FirstOrDefault(group => group.Id == id) is { } security)
        {
            return security.Name;
        }

        if (vpc.Gateway(id) is { } gateway)
        {
            return KindOf(gateway);
        }

        return VpcParty.Inside(vpc).FirstOrDefault(party => party.Id == id)?.Name ?? id;
    }

    /// <summary>What a gateway is.</summary>
    public static string KindOf(VpcGateway gateway) =>
        gateway.Kind switch
        {
            VpcGatewayKind.Internet => "internet gateway",
            VpcGatewayKind.EgressOnly => "egress-only gateway",
            _ => "NAT gateway",
        };

    /// <summary>What a subnet is: <c>public</c> where the internet gateway is the way out over IPv4, else <c>private</c>.</summary>
    public static string KindOf(this VpcState vpc, VpcSubnet subnet) =>
        vpc.RouteTables.FirstOrDefault(table => table.Id == subnet.RouteTableId)
            ?.Routes.Any(route =>
                route.Destination is { PrefixLength: 0, BaseAddress.AddressFamily: AddressFamily.InterNetwork }
                && vpc.Gateway(route.Target)?.Kind == VpcGatewayKind.Internet
            ) == true
            ? "public"
            : "private";

    /// <summary>A route as people read it: <c>everything else over IPv4 goes to the NAT gateway</c>.</summary>
    public static string Sentence(this VpcState vpc, VpcRoute route)
    {
        var what = (route.Destination.PrefixLength, route.Destination.BaseAddress.AddressFamily) switch
        {
            (0, AddressFamily.InterNetwork) => "everything else over IPv4",
            (0, _) => "everything else over IPv6",
            _ => $"{route.Destination}",
        };
        return route.Target == "local"
            ? $"{what} stays in the VPC"
            : $"{what} goes to {(vpc.Gateway(route.Target) is null ? "" : "the ")}{vpc.NameOf(route.Target)}";
    }

    /// <summary>A rule of a security group as people read it: <c>accepts tcp 8080 from talos-nodes-sg</c>.</summary>
    public static string Sentence(this VpcState vpc, VpcRule rule, bool isIngress)
    {
        var traffic = (rule.Protocol, rule.Ports) switch
        {
            ("-1", _) => "everything",
            (var protocol, null) => protocol,
            (var protocol, var (first, last)) => first == last ? $"{protocol} {first}" : $"{protocol} {first} to {last}",
        };
        var peer = rule.Network switch
        {
            { PrefixLength: 0, BaseAddress.AddressFamily: AddressFamily.InterNetwork } => "anywhere over IPv4",
            { PrefixLength: 0 } => "anywhere over IPv6",
            { } network => $"{network}",
            null => rule.GroupId is { } group ? vpc.NameOf(group) : "nobody",
        };
        return isIngress ? $"accepts {traffic} from {peer}" : $"may send {traffic} to {peer}";
    }

    /// <summary>A step of a way as people read it: <c>talos-nodes-sg</c>, <c>route table</c>.</summary>
    public static string Place(this VpcState vpc, Hop hop) => vpc.RouteTables.Any(table => table.Id == hop.Id) ? "route table" : vpc.NameOf(hop.Id);

    /// <summary>A counter's rule as people read it: <c>bastion-sg ingress: tcp 8080 from talos-nodes-sg</c>.</summary>
    public static string Sentence(this VpcState vpc, string id, string rule) =>
        rule.Split(": ", 2) switch
        {
            ["in", var what] => $"{vpc.NameOf(id)} ingress: {what}",
            ["out", var what] => $"{vpc.NameOf(id)} egress: {what}",
            _ => $"{vpc.NameOf(id)} {rule}",
        };
}
