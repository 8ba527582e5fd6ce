using System.Net;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Model.Rendering;

/// <summary>
/// The bastion's containers. All use the host's network, because nodes reach them by the bastion's own address; so each binds a port
/// of its own and none declares <c>ports</c>, which compose refuses together with it.
/// </summary>
public static class ComposeFile
{
    /// <summary>Name of the boot server's container.</summary>
    public const string MatchboxService = "matchbox";

    /// <summary>Name of the TFTP server's container.</summary>
    public const string DnsmasqService = "dnsmasq";

    /// <summary>Name of the name server's container.</summary>
    public const string PiHoleService = "pihole";

    /// <summary>The file.</summary>
    public static string Render(LabDefinition lab) =>
        string.Join(
            '\n',
            [
                $"# Containers of lab {lab.Name}'s bastion.",
                "services:",
                .. Dnsmasq(
                    lab,
                    DnsmasqService,
                    [$"{BastionPaths.Setup}/dnsmasq.conf:/etc/dnsmasq.conf:ro", $"{BastionPaths.Matchbox}/assets:{VpcDnsmasq.TftpRoot}:ro"]
                ),
                .. BootServer(lab, IPAddress.Any, BastionPaths.Matchbox),
                .. Caches(lab, IPAddress.Any),
                .. Service(
                    lab,
                    PiHoleService,
                    lab.Images.PiHole,
                    [
                        $"    env_file: {BastionPaths.PiHoleEnvironment}",
                        "    environment:",
                        "      TZ: UTC",
                        $"      FTLCONF_LOCAL_IPV4: {lab.Bastion.Address}",
                        $"      PIHOLE_DNS_: {DhcpOptionsDefinition.AmazonDns(lab)}",
                        "      DNSMASQ_LISTENING: all",
                        $"      WEB_PORT: \"{PiHole.WebPort}\"",
                        "    volumes:",
                        "      - pihole-etc:/etc/pihole",
                        $"      - {BastionPaths.Setup}/pihole-dnsmasq.d:/etc/dnsmasq.d",
                    ]
                ),
                "volumes:",
                .. lab.Mirrors.Select(mirror => $"  {ServiceName(mirror)}:"),
                "  pihole-etc:",
                "",
            ]
        );

    /// <summary>
    /// The containers of a home: what <c>lab serve</c> runs, for an engine that runs them on a machine of the real network. All listen on that
    /// machine's address there only. Paths are relative to the file.
    /// </summary>
    /// <param name="lab">The lab as it is served, see <see cref="HomeLan.Serve"/>.</param>
    /// <param name="lan">The network.</param>
    public static string RenderHome(LabDefinition lab, HomeLan lan) =>
        string.Join(
            '\n',
            [
                $"# Containers of lab {lab.Name} for {lan.Interface} with the address {lan.Address}: {HomeDnsmasq.Role(lan.Dhcp)}, HTTP boot, DNS, registry caches.",
                .. lan.Dhcp == HomeDhcp.Full
                    ? new[] { "# dhcp: full gives addresses: start it only where no other DHCP server answers. lab serve looks before, containers do not." }
                    : [],
                "services:",
                .. Dnsmasq(
                    lab,
                    DnsmasqService,
                    [$"./{HomeFiles.DnsmasqConfig}:/etc/dnsmasq.conf:ro", $"./{HomeFiles.Tftp}:{HomeFiles.TftpRoot}:ro", "leases:/leases"]
                ),
                .. Dnsmasq(lab, NameServer.Name, [$"./{HomeFiles.DnsConfig}:/etc/dnsmasq.conf:ro"]),
                .. BootServer(lab, lan.Address, $"./{HomeFiles.Matchbox}"),
                .. Caches(lab, lan.Address),
                "volumes:",
                "  leases:",
                .. lab.Mirrors.Select(mirror => $"  {ServiceName(mirror)}:"),
                "",
            ]
        );

    /// <summary>Name of a cache's container: <c>registry-docker-io</c>.</summary>
    public static string ServiceName(MirrorDefinition mirror) => RegistryCache.Name(mirror).Replace('.', '-').Replace(':', '-');

    private static IEnumerable<string> Dnsmasq(LabDefinition lab, string name, IEnumerable<string> volumes) =>
        Service(
            lab,
            name,
            lab.Images.Dnsmasq,
            [
                "    command: [\"-d\", \"-q\", \"--conf-file=/etc/dnsmasq.conf\"]",
                "    cap_add: [NET_ADMIN]",
                "    volumes:",
                .. volumes.Select(volume => $"      - {volume}"),
            ]
        );

    private static IEnumerable<string> BootServer(LabDefinition lab, IPAddress address, string data) =>
        Service(
            lab,
            MatchboxService,
            lab.Images.Matchbox,
            [
                "    # No MATCHBOX_RPC_ADDRESS: without TLS files matchbox ends at once when it is set.",
                "    environment:",
                $"      MATCHBOX_ADDRESS: \"{address}:{lab.Bastion.BootPort}\"",
                "      MATCHBOX_LOG_LEVEL: info",
                "    volumes:",
                $"      - {data}:/var/lib/matchbox:ro",
            ]
        );

    private static IEnumerable<string> Caches(LabDefinition lab, IPAddress address) =>
        lab.Mirrors.SelectMany(mirror =>
            Service(
                lab,
                ServiceName(mirror),
                lab.Images.Registry,
                [
                    "    environment:",
                    $"      REGISTRY_HTTP_ADDR: \"{address}:{mirror.Port}\"",
                    $"      REGISTRY_PROXY_REMOTEURL: {Root(mirror)}",
                    "    volumes:",
                    $"      - {ServiceName(mirror)}:/var/lib/registry",
                ]
            )
        );

    /// <summary>Distribution asks one registry at its root, and knows no other place.</summary>
    /// <exception cref="LabException">The mirror wants more.</exception>
    private static string Root(MirrorDefinition mirror) =>
        RegistryCache.IsPlain(mirror)
            ? mirror.Upstream.GetLeftPart(UriPartial.Authority)
            : throw new LabException(
                $"mirrors: a cache of {mirror.Registry} with the upstream {mirror.Upstream} is one of lab up and lab serve only. In a container the registry asks at the root of its upstream, for one registry: give the mirror that, or leave it out."
            );

    private static IEnumerable<string> Service(LabDefinition lab, string name, string image, IEnumerable<string> rest) =>
        [$"  {name}:", $"    image: {lab.Pinned(image)}", $"    container_name: {name}", "    restart: unless-stopped", "    network_mode: host", .. rest];
}
