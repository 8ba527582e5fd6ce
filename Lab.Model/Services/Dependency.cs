using System.Net;
using Lab.Model.Definition;

namespace Lab.Model.Services;

/// <summary>Something on the internet that a deployed lab uses.</summary>
/// <param name="Name">Its host name.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="Port">Its port.</param>
/// <param name="Ipv4">The address that stands for it in a rehearsal.</param>
/// <param name="Ipv6">The same over IPv6; null for a host that has no IPv6 address.</param>
public sealed record Dependency(string Name, string Protocol, int Port, IPAddress Ipv4, IPAddress? Ipv6)
{
    /// <summary>Its addresses in the order in which a program tries them.</summary>
    public IEnumerable<IPAddress> Addresses => Ipv6 is null ? [Ipv4] : [Ipv6, Ipv4];

    /// <summary>A name server that everybody may ask.</summary>
    public const string PublicDns = "one.one.one.one";

    /// <summary>The pool of time servers, of which only the second has IPv6 addresses (https://www.ntppool.org/en/use.html).</summary>
    public const string TimePool = "2.pool.ntp.org";

    /// <summary>As of 2025-12: https://github.com/orgs/community/discussions/10539</summary>
    private static readonly string[] WithoutIpv6 = ["ghcr.io"];

    /// <summary>False for a host that is known to have no IPv6 address.</summary>
    public static bool HasIpv6(string host) => !WithoutIpv6.Contains(host);

    /// <summary>
    /// What the lab uses: the registries behind its mirrors, time, DNS, and the endpoints of AWS that the bastion calls. Those called
    /// REGION.amazonaws.com have IPv4 only, those called api.aws both (https://docs.aws.amazon.com/general/latest/gr/ec2-service.html).
    /// </summary>
    public static IReadOnlyList<Dependency> Of(LabDefinition lab)
    {
        IEnumerable<(string Name, string Protocol, int Port)> used =
        [
            .. lab.Mirrors.Select(mirror => (mirror.Upstream.Host, "tcp", mirror.Upstream.Port)).Distinct(),
            (TimePool, "udp", 123),
            ($"ec2.{lab.Region}.amazonaws.com", "tcp", 443),
            ($"ec2.{lab.Region}.api.aws", "tcp", 443),
        ];
        return
        [
            .. used.Select((one, i) => new Dependency(one.Name, one.Protocol, one.Port, StandIn(i), HasAddress6(one.Name) ? StandIn6(i) : null)),
            new(PublicDns, "udp", 53, IPAddress.Parse("1.1.1.1"), IPAddress.Parse("2606:4700:4700::1111")),
            new(PublicDns, "tcp", 53, IPAddress.Parse("1.1.1.1"), IPAddress.Parse("2606:4700:4700::1111")),
        ];
    }

    private static bool HasAddress6(string name) => HasIpv6(name) && !name.EndsWith(".amazonaws.com", StringComparison.Ordinal);

    /// <summary>An address of a network for documentation (RFC 5737), which is nobody's.</summary>
    private static IPAddress StandIn(int number) => IPAddress.Parse($"198.51.100.{number + 1}");

    /// <summary>The same over IPv6 (RFC 3849).</summary>
    private static IPAddress StandIn6(int number) => IPAddress.Parse($"2001:db8:ffff::{number + 1:x}");
}
