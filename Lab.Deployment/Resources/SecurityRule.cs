using Amazon.EC2.Model;

namespace Lab.Deployment.Resources;

/// <summary>One rule of a security group: traffic of a protocol, to or from one peer.</summary>
/// <param name="IsIngress">In, or out.</param>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c>, or <c>-1</c> for all.</param>
/// <param name="FromPort">First port; null for all protocols.</param>
/// <param name="ToPort">Last port.</param>
/// <param name="Peer">An IPv4 or IPv6 range, a security group's id, or a prefix list's.</param>
internal sealed record SecurityRule(bool IsIngress, string Protocol, int? FromPort, int? ToPort, string Peer)
{
    /// <summary>All traffic.</summary>
    public static SecurityRule All(bool isIngress, string peer) => new(isIngress, "-1", null, null, peer);

    /// <summary>One TCP port.</summary>
    public static SecurityRule Tcp(bool isIngress, int port, string peer) => new(isIngress, "tcp", port, port, peer);

    /// <summary>The rules of one permission, as a description gives it.</summary>
    public static IEnumerable<SecurityRule> Of(IpPermission permission, bool isIngress)
    {
        var (first, last) = permission.IpProtocol == "-1" ? (null, null) : (permission.FromPort, permission.ToPort);
        IEnumerable<string> peers =
        [
            .. (permission.Ipv4Ranges ?? []).Select(range => range.CidrIp),
            .. (permission.Ipv6Ranges ?? []).Select(range => range.CidrIpv6),
            .. (permission.UserIdGroupPairs ?? []).Select(pair => pair.GroupId),
            .. (permission.PrefixListIds ?? []).Select(list => list.Id),
        ];
        return peers.Select(peer => new SecurityRule(isIngress, permission.IpProtocol, first, last, peer));
    }

    /// <summary>The rule in the form of a call.</summary>
    public IpPermission ToPermission()
    {
        var permission = new IpPermission
        {
            IpProtocol = Protocol,
            FromPort = FromPort,
            ToPort = ToPort,
        };
        if (Peer.StartsWith("sg-", StringComparison.Ordinal))
        {
            permission.UserIdGroupPairs = [new UserIdGroupPair { GroupId = Peer }];
        }
        else if (Peer.StartsWith("pl-", StringComparison.Ordinal))
        {
            permission.PrefixListIds = [new PrefixListId { Id = Peer }];
        }
        else if (Peer.Contains(':'))
        {
            permission.Ipv6Ranges = [new Ipv6Range { CidrIpv6 = Peer }];
        }
        else
        {
            permission.Ipv4Ranges = [new IpRange { CidrIp = Peer }];
        }

        return permission;
    }

    /// <summary>The rule's name: <c>ingress tcp 22 from 2001:db8::7/128</c>.</summary>
    public string Describe(Func<string, string> peerName)
    {
        var ports =
            FromPort is null || FromPort == -1 ? ""
            : FromPort == ToPort ? $" {FromPort}"
            : $" {FromPort}-{ToPort}";
        return $"{(IsIngress ? "ingress" : "egress")} {(Protocol == "-1" ? "all" : Protocol)}{ports} {(IsIngress ? "from" : "to")} {peerName(Peer)}";
    }
}
