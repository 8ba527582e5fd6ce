using System.Net;
using System.Net.Sockets;
using Lab.Model.Services;

namespace Lab.Emulation.Network.Vpc;

/// <summary>
/// Amazon's DHCP: the interface's own addresses for its MAC address and nobody else, and what the DHCP option set says. Over IPv6 a router
/// advertisement that sends hosts to DHCP (M flag), as in a VPC.
/// </summary>
internal static class VpcDhcp
{
    /// <summary>The service's name in logs.</summary>
    public const string Name = "vpc-dhcp";

    private const int LeaseSeconds = 3600;

    /// <summary>The configuration.</summary>
    /// <param name="vpc">The state.</param>
    /// <param name="hosts">Path of the file with <see cref="Hosts"/>.</param>
    /// <param name="leases">Path of the file for leases.</param>
    public static string Config(VpcState vpc, string hosts, string leases) =>
        string.Join(
            '\n',
            [
                "port=0",
                "dhcp-authoritative",
                "no-ping",
                "enable-ra",
                // dnsmasq names itself as the server of the next step of booting; Amazon names nobody.
                "dhcp-option=option:server-ip-address,0.0.0.0",
                $"dhcp-hostsfile={ConfigPath.Quote(hosts)}",
                $"dhcp-leasefile={ConfigPath.Quote(leases)}",
                .. vpc.Subnets.SelectMany(Subnet),
                $"dhcp-option=option:dns-server,{string.Join(',', vpc.Dhcp.NameServers is { Count: > 0 } servers ? servers : [AmazonAddresses.ResolverOf(vpc)])}",
                $"dhcp-option=option:domain-name,{vpc.DomainName()}",
                .. vpc.Dhcp.NtpServers is { Count: > 0 } time ? [$"dhcp-option=option:ntp-server,{string.Join(',', time)}"] : Array.Empty<string>(),
                "log-dhcp",
                "",
            ]
        );

    /// <summary>Who gets what.</summary>
    public static string Hosts(VpcState vpc) =>
        string.Concat(
            vpc.Interfaces.Where(one => one.Addresses.Count > 0)
                .Select(one =>
                    $"{one.Mac},{string.Concat(one.Addresses.GroupBy(address => address.AddressFamily).Select(family => $"{Text(family.First())},"))}{VpcNames.Label(one)}\n"
                )
        );

    private static IEnumerable<string> Subnet(VpcSubnet subnet)
    {
        yield return $"dhcp-range=set:{subnet.Id},{subnet.Ipv4.BaseAddress},static,{Lab.Model.Definition.Addresses.Netmask(subnet.Ipv4)},{LeaseSeconds}";
        yield return $"dhcp-option=tag:{subnet.Id},option:router,{AmazonAddresses.RouterOf(subnet)}";
        if (subnet.Ipv6 is { } ipv6)
        {
            yield return $"dhcp-range=set:{subnet.Id},{ipv6.BaseAddress},static,{ipv6.PrefixLength},{LeaseSeconds}";
        }
    }

    private static string Text(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : $"{address}";
}
