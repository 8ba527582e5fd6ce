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
                .. Service(
                    lab,
                    DnsmasqService,
                    lab.Images.Dnsmasq,
                    [
                        "    command: [\"-d\", \"-q\", \"--conf-file=/etc/dnsmasq.conf\"]",
                        "    cap_add: [NET_ADMIN]",
                        "    volumes:",
                        $"      - {BastionPaths.Setup}/dnsmasq.conf:/etc/dnsmasq.conf:ro",
                        $"      - {BastionPaths.Matchbox}/assets:{VpcDnsmasq.TftpRoot}:ro",
                    ]
                ),
                .. Service(
                    lab,
                    MatchboxService,
                    lab.Images.Matchbox,
                    [
                        "    # No MATCHBOX_RPC_ADDRESS: without TLS files matchbox ends at once when it is set.",
                        "    environment:",
                        $"      MATCHBOX_ADDRESS: \"0.0.0.0:{lab.Bastion.BootPort}\"",
                        "      MATCHBOX_LOG_LEVEL: info",
                        "    volumes:",
                        $"      - {BastionPaths.Matchbox}:/var/lib/matchbox:ro",
                    ]
                ),
                .. lab.Mirrors.SelectMany(mirror =>
                    Service(
                        lab,
                        ServiceName(mirror),
                        lab.Images.Registry,
                        [
                            "    environment:",
                            $"      REGISTRY_HTTP_ADDR: \"0.0.0.0:{mirror.Port}\"",
                            $"      REGISTRY_PROXY_REMOTEURL: {mirror.Upstream.GetLeftPart(UriPartial.Authority)}",
                            "    volumes:",
                            $"      - {ServiceName(mirror)}:/var/lib/registry",
                        ]
                    )
                ),
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

    /// <summary>Name of a cache's container: <c>registry-docker-io</c>.</summary>
    public static string ServiceName(MirrorDefinition mirror) => RegistryCache.Name(mirror).Replace('.', '-').Replace(':', '-');

    private static IEnumerable<string> Service(LabDefinition lab, string name, string image, IEnumerable<string> rest) =>
        [$"  {name}:", $"    image: {lab.Pinned(image)}", $"    container_name: {name}", "    restart: unless-stopped", "    network_mode: host", .. rest];
}
