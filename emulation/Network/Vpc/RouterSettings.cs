using Lab.Emulation.Network.Isolation;
using Lab.Model;

namespace Lab.Emulation.Network.Vpc;

/// <summary>What router and internet have before there is a VPC.</summary>
internal static class RouterSettings
{
    /// <summary>
    /// Forwards; answers ARP and neighbour discovery for others. Answers to what left by one gateway may come in by another, so the way
    /// back is not compared.
    /// </summary>
    private static readonly (string Key, int Value)[] Router =
    [
        ("ipv4/ip_forward", 1),
        ("ipv6/conf/all/forwarding", 1),
        ("ipv6/conf/default/forwarding", 1),
        ("ipv4/conf/default/proxy_arp", 1),
        ("ipv6/conf/all/proxy_ndp", 1),
        ("ipv6/conf/default/proxy_ndp", 1),
        ("ipv4/conf/all/send_redirects", 0),
        ("ipv4/conf/default/send_redirects", 0),
    ];

    private static readonly (string Key, int Value)[] Both =
    [
        ("ipv4/conf/all/rp_filter", 0),
        ("ipv4/conf/default/rp_filter", 0),
        ("ipv6/conf/default/accept_ra", 0),
        ("ipv6/conf/default/accept_dad", 0),
    ];

    /// <summary>Makes it so.</summary>
    /// <exception cref="LabException">The kernel refuses; exit code 2.</exception>
    public static async Task ApplyAsync(INamespaces namespaces, CancellationToken cancellationToken)
    {
        await KernelSettings.SetAsync(namespaces, LabHost.Router, [.. Both, .. Router], cancellationToken);
        await KernelSettings.SetAsync(namespaces, LabHost.Internet, Both, cancellationToken);
        await IpCommand.RunAsync(
            namespaces,
            LabHost.Router,
            false,
            [
                "link set lo up",
                $"address replace {RouterPlan.Transit.Router}/32 dev lo",
                $"link add {VpcDevices.Nowhere} type veth peer name {VpcDevices.Nowhere}-end",
                $"link set {VpcDevices.Nowhere} up",
                $"link set {VpcDevices.Nowhere}-end up",
                .. AmazonAddresses.LinkLocal.Select(address => RouterEntry.Hold(address, "lo")),
            ],
            cancellationToken
        );
        await IpCommand.RunAsync(
            namespaces,
            LabHost.Internet,
            false,
            ["link set lo up", $"address replace {RouterPlan.Transit.Internet}/32 dev lo", "route replace blackhole 0.0.0.0/0", "route replace blackhole ::/0"],
            cancellationToken
        );
        await IpCommand.RunAsync(namespaces, LabHost.Bastion, false, ["link set lo up"], cancellationToken);
        // Its services start before its interfaces have their addresses.
        await KernelSettings.SetAsync(namespaces, LabHost.Bastion, [("ipv4/ip_nonlocal_bind", 1)], cancellationToken);
    }
}
