namespace Lab.Model.Definition;

/// <summary>How the private subnet reaches the internet over IPv4. What each costs and reaches: docs/reference/lab-deploy.md.</summary>
public enum Egress
{
    /// <summary>The specification's: a NAT gateway in the public subnet. Everything reaches everything, for the price of a server.</summary>
    NatGateway,

    /// <summary>The bastion translates for the nodes while it is up. It gets a public IPv4 address in the public subnet.</summary>
    Bastion,

    /// <summary>No IPv4 way out. The bastion reaches the internet over IPv6, the nodes reach the bastion's caches.</summary>
    Ipv6,

    /// <summary>No way out. Only the answers to the operator's SSH leave.</summary>
    None,
}

/// <summary>The names of the egress designs in <c>lab.yaml</c>.</summary>
public static class EgressNames
{
    /// <summary><c>nat-gateway</c>, <c>bastion</c>, <c>ipv6</c> or <c>none</c>.</summary>
    public static string Id(this Egress egress) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(egress.ToString());

    /// <summary>What of the lab reaches the internet with a design.</summary>
    public static string Reach(this Egress egress) =>
        egress switch
        {
            Egress.NatGateway => "bastion and nodes, always",
            Egress.Bastion => "bastion and nodes while the bastion is up; the bastion has a public IPv4 address",
            Egress.Ipv6 => "the bastion over IPv6 (not ghcr.io); nodes reach its caches",
            _ => "nothing",
        };
}
