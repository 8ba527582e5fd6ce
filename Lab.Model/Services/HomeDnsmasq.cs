using System.Net;
using Lab.Model.Definition;

namespace Lab.Model.Services;

/// <summary>
/// dnsmasq on a real network, where others live: it answers the machines of the lab file and nobody else, and says nothing about a lease
/// that it has not given. The configuration of the rehearsed LAN (<see cref="Dnsmasq"/>) is authoritative and never used there.
/// </summary>
public static class HomeDnsmasq
{
    /// <summary>
    /// The configuration. Facts behind it: in a range with <c>proxy</c> dnsmasq sends options only, and only to clients of PXE (RFC 4578),
    /// to which <c>dhcp-pxe-vendor</c> adds those of HTTP boot and U-Boot. U-Boot takes no answer without an address: it is made one of them for
    /// its line in the log, and ignored. What it boots stands in <c>pxe-service</c>, by the client's architecture. <c>known</c> is the tag of those with a <c>dhcp-host</c>.
    /// </summary>
    /// <param name="lab">The lab as it is served, see <see cref="HomeLan.Serve"/>.</param>
    /// <param name="lan">The network.</param>
    /// <param name="tftpRoot">Absolute path of the folder that TFTP serves.</param>
    /// <param name="leaseFile">Absolute path of the file where dnsmasq keeps its leases.</param>
    /// <param name="timeServer">The address at which a time server answers; null where none does.</param>
    public static string Config(LabDefinition lab, HomeLan lan, string tftpRoot, string leaseFile, IPAddress? timeServer) =>
        string.Join(
            '\n',
            [
                $"# {Role(lan.Dhcp)} of lab {lab.Name} on a real network. DNS is another process's: port=0.",
                "port=0",
                "bind-interfaces",
                $"interface={lan.Interface}",
                "except-interface=lo",
                "enable-tftp",
                $"tftp-root={ConfigPath.Quote(tftpRoot)}",
                .. lan.Dhcp switch
                {
                    HomeDhcp.Proxy => Proxy(lab, lan),
                    HomeDhcp.Full => Full(lab, lan, timeServer),
                    _ => [],
                },
                .. lan.Dhcp == HomeDhcp.Off
                    ? Array.Empty<string>()
                    : ["dhcp-ignore=tag:!known", "dhcp-userclass=set:ipxe,iPXE", $"dhcp-leasefile={ConfigPath.Quote(leaseFile)}", "log-dhcp"],
                "",
            ]
        );

    /// <summary>What dnsmasq does there, in a few words.</summary>
    public static string Role(HomeDhcp dhcp) =>
        dhcp switch
        {
            HomeDhcp.Proxy => "ProxyDHCP and TFTP",
            HomeDhcp.Full => "DHCP and TFTP",
            _ => "TFTP",
        };

    private const string UBoot = "u-boot",
        Pi = "raspberry-pi",
        Bios = "x86PC";

    /// <summary>A Pi that asks by its own network boot says that it is a PC with a BIOS: its MAC tells it from one.</summary>
    private static string NoPi(LabDefinition lab, string service) => service == Bios && HasPi(lab) ? $"tag:!{Pi}," : "";

    private static IEnumerable<string> PiService(LabDefinition lab) =>
        HasPi(lab) && lab.Network.Home.RaspberryPi is not null ? [$"pxe-service=tag:{Pi},{Bios},\"{RaspberryPi.BootOption}\""] : [];

    private static bool HasPi(LabDefinition lab) => lab.Nodes.Any(node => RaspberryPi.IsOne(node.Mac));

    private static IEnumerable<string> Proxy(LabDefinition lab, HomeLan lan)
    {
        var clients = BootClient.Of(lab);
        return
        [
            $"dhcp-range={lan.Network.BaseAddress},proxy,{lan.Network.Netmask()}",
            .. lab.Nodes.Select(node => $"dhcp-host={node.Mac},set:lab{(RaspberryPi.IsOne(node.Mac) ? $",set:{Pi}" : "")}"),
            $"dhcp-pxe-vendor={BootClient.PxeClass},{BootClient.HttpClass},{BootClient.UBootClass}",
            $"dhcp-vendorclass=set:{UBoot},{BootClient.UBootClass}",
            $"dhcp-ignore=tag:{UBoot}",
            .. clients.SelectMany(Services).Select(service => $"pxe-service=tag:!ipxe,{NoPi(lab, service.Name)}{service.Name},\"Lab\",{service.Program}"),
            .. clients.SelectMany(Services).Select(service => $"pxe-service=tag:ipxe,{service.Name},\"Lab\",{Matchbox.Url(lab)}/boot.ipxe"),
            .. PiService(lab),
            .. clients
                .Where(client => client.IsHttp)
                .SelectMany(client =>
                    client
                        .Numbers.Select(number => $"dhcp-vendorclass=set:{client.Tag},{client.VendorClass}:Arch:{number:00000}")
                        .Concat(Dnsmasq.HttpBootFile(lab, client))
                ),
        ];
    }

    /// <summary>dnsmasq's names of the client architectures that boot by PXE.</summary>
    private static IEnumerable<(string Name, string Program)> Services(BootClient client) =>
        client.IsHttp || client.IsUBoot ? [] : client.Numbers.Select(number => (ServiceName(number), client.Program));

    private static string ServiceName(int number) =>
        number switch
        {
            0 => Bios,
            7 => "BC_EFI",
            9 => "X86-64_EFI",
            11 => "ARM64_EFI",
            _ => $"{number}",
        };

    /// <summary>Without <c>dhcp-authoritative</c> it refuses nobody a lease of somebody else's; without <c>no-ping</c> it looks whether an address is free.</summary>
    private static IEnumerable<string> Full(LabDefinition lab, HomeLan lan, IPAddress? timeServer) =>
        [
            $"dhcp-range={lab.Dhcp.First},{lab.Dhcp.Last},{lan.Network.Netmask()},{lab.Dhcp.LeaseMinutes}m",
            .. lab.Nodes.Select(node => $"{Dnsmasq.Reservation(node)}{(RaspberryPi.IsOne(node.Mac) ? $",set:{Pi}" : "")}"),
            .. PiService(lab),
            .. Dnsmasq.NetworkOptions(lab, lan.Gateway, lan.Address, timeServer),
            .. Dnsmasq.BootFile(lab, BootClient.Of(lab)),
        ];
}
