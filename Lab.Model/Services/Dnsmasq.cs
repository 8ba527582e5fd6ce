using System.Net;
using Lab.Model.Definition;

namespace Lab.Model.Services;

/// <summary>dnsmasq in the role of DHCP and TFTP server: network boot begins here.</summary>
public static class Dnsmasq
{
    /// <summary>The service's name in output, logs and commands.</summary>
    public const string Name = "dnsmasq";

    /// <summary>The iPXE program that UEFI firmware loads over TFTP, as iPXE's build names it.</summary>
    public static string BootProgram(Architecture architecture) => $"ipxe-{architecture.Id()}.efi";

    /// <summary>Those of a lab's nodes.</summary>
    public static IReadOnlyList<string> BootPrograms(LabDefinition lab) => [.. Architectures.Of(lab).Select(BootProgram)];

    /// <summary>The script that iPXE looks for beside the program it was loaded from (https://ipxe.org/scripting, autoexec.ipxe).</summary>
    public const string AutoexecScript = "autoexec.ipxe";

    /// <summary>UDP port of DHCP.</summary>
    public const int DhcpPort = 67;

    /// <summary>UDP port of TFTP.</summary>
    public const int TftpPort = 69;

    /// <summary>How often the network's IPv6 is announced to nobody in particular; dnsmasq's own interval.</summary>
    private const int AdvertisedSeconds = 600;

    /// <summary>
    /// The configuration. Facts behind it: UEFI firmware sends its client architecture (RFC 4578), some of it in its vendor class only; iPXE
    /// names itself in the user class; option 175 suboption 176 = 1 keeps iPXE from asking a ProxyDHCP server, which saves it a wait.
    /// </summary>
    /// <param name="lab">The lab.</param>
    /// <param name="tftpRoot">Absolute path of the folder that TFTP serves; null for DHCP only.</param>
    /// <param name="leaseFile">Absolute path of the file where dnsmasq keeps its leases.</param>
    /// <param name="timeServer">The address at which a time server answers; null where none does.</param>
    /// <param name="advertises">The network interface on which it announces the network's IPv6; null for none.</param>
    public static string Config(LabDefinition lab, string? tftpRoot, string leaseFile, IPAddress? timeServer, string? advertises = null) =>
        string.Join(
            '\n',
            [
                $"# DHCP and TFTP of lab {lab.Name}. DNS is another process's: port=0.",
                "port=0",
                "bind-interfaces",
                $"listen-address={lab.Bastion.Address}",
                "dhcp-authoritative",
                $"dhcp-range={lab.Dhcp.First},{lab.Dhcp.Last},{lab.Network.PrivateSubnet.Netmask()},{lab.Dhcp.LeaseMinutes}m",
                .. lab.Nodes.Select(Reservation),
                // Their address is their machine's configuration to say: a second lease would be a second default route.
                .. lab.Nodes.SelectMany(node => lab.MachineOf(node).Macs.Skip(1)).Select(mac => $"dhcp-host={mac},ignore"),
                .. NetworkOptions(lab, lab.Bastion.Address, lab.Bastion.Address, timeServer),
                .. advertises is null ? [] : Advertisement(lab, advertises, lab.Bastion.Address, timeServer),
                "no-ping",
                $"dhcp-leasefile={ConfigPath.Quote(leaseFile)}",
                .. tftpRoot is null ? Array.Empty<string>() : ["enable-tftp", $"tftp-root={ConfigPath.Quote(tftpRoot)}"],
                "dhcp-userclass=set:ipxe,iPXE",
                .. BootFile(lab, Architectures.Of(lab).Select(BootClient.Uefi)),
                "log-dhcp",
                "",
            ]
        );

    /// <summary>What a server that gives leases says about booting, where iPXE has the tag <c>ipxe</c>.</summary>
    internal static IEnumerable<string> BootFile(LabDefinition lab, IEnumerable<BootClient> clients) =>
        [.. clients.SelectMany(client => BootFile(lab, client)), $"dhcp-boot=tag:ipxe,{Matchbox.Url(lab)}/boot.ipxe", "dhcp-option=tag:ipxe,encap:175,176,1b"];

    /// <summary>The line that gives a node its address and name.</summary>
    public static string Reservation(NodeDefinition node) => $"dhcp-host={node.Mac},{node.Address},{node.Name}";

    /// <summary>What machines are told of the network.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="router">Their way out; null for none: without a value dnsmasq tells of no router, without the line it would name itself.</param>
    /// <param name="nameServer">Their name server.</param>
    /// <param name="timeServer">The address at which a time server answers; null where none does.</param>
    internal static IEnumerable<string> NetworkOptions(LabDefinition lab, IPAddress? router, IPAddress nameServer, IPAddress? timeServer) =>
        [
            $"dhcp-option=option:router{(router is null ? "" : $",{router}")}",
            $"dhcp-option=option:dns-server,{nameServer}",
            $"dhcp-option=option:domain-name,{lab.Dns.Domain}",
            .. timeServer is null ? Array.Empty<string>() : [$"dhcp-option=option:ntp-server,{timeServer}"],
            .. lab.Network.Mtu is { } mtu ? new[] { $"dhcp-option=option:mtu,{mtu}" } : [],
        ];

    /// <summary>
    /// What machines are told of the network's IPv6: router advertisements with the prefix, in which they make addresses of their own, and
    /// the rest also by DHCPv6 (RFC 8415, stateless). The router's lifetime is 0, so that nobody takes it for a way out, and what is beyond
    /// the network is unreachable at once. dnsmasq hears on a network interface that it is told of by name, not by an address.
    /// </summary>
    /// <param name="lab">The lab.</param>
    /// <param name="networkInterface">The network interface.</param>
    /// <param name="nameServer">The IPv4 address of their name server.</param>
    /// <param name="timeServer">The IPv4 address of their time server; null for none.</param>
    internal static IEnumerable<string> Advertisement(LabDefinition lab, string networkInterface, IPAddress nameServer, IPAddress? timeServer) =>
        lab.Network.Ipv6 is not { } prefix
            ? []
            :
            [
                $"interface={networkInterface}",
                "except-interface=lo",
                "enable-ra",
                $"ra-param={networkInterface},mtu:{(lab.Network.Mtu is { } mtu ? $"{mtu}" : "off")},{AdvertisedSeconds},0",
                $"dhcp-range={prefix.Network.BaseAddress},ra-stateless,{Ipv6Prefix.Length},{lab.Dhcp.LeaseMinutes}m",
                $"dhcp-option=option6:dns-server,[{lab.Network.Ipv6Of(nameServer)}]",
                $"dhcp-option=option6:domain-search,{lab.Dns.Domain}",
                .. timeServer is null ? Array.Empty<string>() : [$"dhcp-option=option6:ntp-server,[{lab.Network.Ipv6Of(timeServer)}]"],
            ];

    /// <summary>What it says to one kind of firmware, and to iPXE if it does not know it (tag <c>ipxe</c>).</summary>
    internal static IEnumerable<string> BootFile(LabDefinition lab, BootClient client) =>
        [
            .. client.Numbers.Select(number => $"dhcp-match=set:{client.Tag},option:client-arch,{number}"),
            .. client.IsUBoot ? [] : client.Numbers.Select(number => $"dhcp-vendorclass=set:{client.Tag},{client.VendorClass}:Arch:{number:00000}"),
            .. client.IsHttp
                ? HttpBootFile(lab, client).Append($"dhcp-option-force=tag:{client.Tag},option:vendor-class,{client.VendorClass}")
                : [$"dhcp-boot=tag:{client.Tag},tag:!ipxe,{client.Program},,{lab.Bastion.Address}"],
        ];

    /// <summary>What firmware that boots over HTTP is told.</summary>
    internal static IEnumerable<string> HttpBootFile(LabDefinition lab, BootClient client) =>
        [$"dhcp-boot=tag:{client.Tag},{BootClient.HttpUrl(lab, client.Program)}"];

    /// <summary>
    /// iPXE's first script: take the lease with DHCP only (its other configurators would wait for an IPv6 router that a lab has not) on the
    /// network card that the firmware has booted from, whichever number iPXE gives it: the one that has the firmware's lease already. Then
    /// go on to the boot script.
    /// </summary>
    /// <param name="script">Where the boot script is; without it where the lease says.</param>
    public static string Autoexec(string script = "${filename}") =>
        $$"""
            #!ipxe
            set card:int32 0
            :next
            isset ${net${card}/mac} || goto any
            isset ${net${card}/ip} && goto booted ||
            inc card
            goto next
            :booted
            ifconf --configurator dhcp net${card} && goto go ||
            :any
            ifconf --configurator dhcp
            :go
            chain {{script}}

            """.ReplaceLineEndings("\n");
}
