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
