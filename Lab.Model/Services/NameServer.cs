using Lab.Model.Definition;

namespace Lab.Model.Services;

/// <summary>
/// The lab's name server on the bastion: a second dnsmasq in the role that Pi-hole has there: the lab's names, a block list, and
/// everything else forwarded.
/// </summary>
public static class NameServer
{
    /// <summary>The service's name in output, logs and commands.</summary>
    public const string Name = "dns";

    /// <summary>Port of DNS, UDP and TCP.</summary>
    public const int Port = 53;

    /// <summary>The bastion's own name.</summary>
    public static string BastionName(LabDefinition lab) => $"bastion.{lab.Dns.Domain}";

    /// <summary>The configuration.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="forwarder">Where other names are asked for: <c>address#port</c>; null for nowhere.</param>
    public static string Config(LabDefinition lab, string? forwarder) =>
        string.Join(
            '\n',
            [
                $"# DNS of lab {lab.Name}.",
                $"port={Port}",
                "bind-interfaces",
                $"listen-address={lab.Bastion.Address}",
                .. lab.Network.Ipv6Of(lab.Bastion.Address) is { } ipv6 ? new[] { $"listen-address={ipv6}" } : [],
                "no-resolv",
                "no-hosts",
                "domain-needed",
                "bogus-priv",
                .. forwarder is null ? Array.Empty<string>() : [$"server={forwarder}"],
                .. Records(lab),
                .. lab.Network.Ipv6 is { } prefix ? Ipv6Records(lab, prefix) : [],
                "log-queries",
                "",
            ]
        );

    /// <summary>The lab's own names and its block list, in dnsmasq's configuration language, which Pi-hole reads as well.</summary>
    public static IEnumerable<string> Records(LabDefinition lab) =>
        [
            $"local=/{lab.Dns.Domain}/",
            $"host-record={BastionName(lab)},{lab.Bastion.Address}",
            .. lab.Nodes.Select(node => $"host-record={node.Name}.{lab.Dns.Domain},{node.Address}"),
            .. lab.Dns.Block.Select(domain => $"address=/{domain}/0.0.0.0"),
        ];

    /// <summary>The same names by IPv6. A node has the address that it makes of its MAC; one that makes up another is not found by it.</summary>
    private static IEnumerable<string> Ipv6Records(LabDefinition lab, Ipv6Prefix prefix) =>
        [
            $"host-record={BastionName(lab)},{lab.Network.Ipv6Of(lab.Bastion.Address)}",
            .. lab.Nodes.Select(node => $"host-record={node.Name}.{lab.Dns.Domain},{prefix.AddressOf(node.Mac)}"),
        ];
}
