using System.Net;
using Lab.Model.Definition;

namespace Lab.Model.Services;

/// <summary>
/// The router of a rehearsed home: a dnsmasq beside Lab's, which gives addresses, gateway, name server and time server as routers do, and
/// says nothing of what to boot.
/// </summary>
public static class HomeRouter
{
    /// <summary>The resource's name in output, logs and commands.</summary>
    public const string Name = "router";

    /// <summary>The router's own name.</summary>
    public static string HostName(LabDefinition lab) => $"{Name}.{lab.Dns.Domain}";

    /// <summary>The configuration. Names it asks the lab's name server for, as a router does that was told of it.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="lan">The network.</param>
    /// <param name="leaseFile">Absolute path of the file where dnsmasq keeps its leases.</param>
    /// <param name="networkInterface">The router's network interface.</param>
    /// <param name="further">Lines of a fault.</param>
    public static string Config(LabDefinition lab, HomeLan lan, string leaseFile, string networkInterface, IEnumerable<string> further) =>
        string.Join(
            '\n',
            [
                $"# The router of lab {lab.Name}'s home: plain DHCP and DNS.",
                $"port={NameServer.Port}",
                "bind-interfaces",
                $"listen-address={lan.Gateway}",
                "no-resolv",
                "no-hosts",
                $"server={lab.Bastion.Address}",
                $"host-record={HostName(lab)},{lan.Gateway}",
                "log-queries",
                "dhcp-authoritative",
                "no-ping",
                $"dhcp-range={lab.Dhcp.First},{lab.Dhcp.Last},{lan.Network.Netmask()},{lab.Dhcp.LeaseMinutes}m",
                .. lab.Nodes.Select(Dnsmasq.Reservation),
                .. Dnsmasq.NetworkOptions(lab, lan.Gateway, lan.Gateway!, lan.Address),
                .. Dnsmasq.Advertisement(lab, networkInterface, lan.Gateway!, lan.Address),
                .. lan.Dhcp == HomeDhcp.Off ? Architectures.Of(lab).Select(BootClient.Uefi).SelectMany(client => Dnsmasq.BootFile(lab, client)) : [],
                .. further,
                $"dhcp-leasefile={ConfigPath.Quote(leaseFile)}",
                "log-dhcp",
                "",
            ]
        );

    /// <summary>The configuration of somebody else's DHCP server on the same wire, which knows nothing of the lab.</summary>
    /// <param name="network">The network that it gives addresses of.</param>
    /// <param name="server">Its address.</param>
    /// <param name="leaseFile">Absolute path of the file where dnsmasq keeps its leases.</param>
    public static string OtherServer(IPNetwork network, IPAddress server, string leaseFile) =>
        string.Join(
            '\n',
            [
                "# Somebody else's DHCP server.",
                "port=0",
                "bind-interfaces",
                $"listen-address={server}",
                "dhcp-authoritative",
                "no-ping",
                $"dhcp-range={network.BaseAddress.Plus(100)},{network.BaseAddress.Plus(150)},{network.Netmask()},1h",
                $"dhcp-leasefile={ConfigPath.Quote(leaseFile)}",
                "log-dhcp",
                "",
            ]
        );
}
