using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Model.Rendering;

/// <summary>What to enter in a router so that each machine gets the address that the lab file says, by MAC.</summary>
public static class Reservations
{
    /// <summary>A table for people.</summary>
    public const string Text = "text";

    private static readonly Dictionary<string, Func<NodeDefinition, IEnumerable<string>>> Forms = new()
    {
        [Text] = node => [$"{node.Mac}  {node.Address, -15}  {node.Name}"],
        // dnsmasq(8), --dhcp-host.
        ["dnsmasq"] = node => [Dnsmasq.Reservation(node)],
        // https://openwrt.org/docs/guide-user/base-system/dhcp, static leases: for /etc/config/dhcp.
        ["openwrt"] = node => ["config host", $"\toption name '{node.Name}'", $"\toption mac '{node.Mac}'", $"\toption ip '{node.Address}'", ""],
        // https://help.mikrotik.com/docs/spaces/ROS/pages/24805500/DHCP, leases: for /import.
        ["mikrotik"] = node => [$"/ip dhcp-server lease add address={node.Address} mac-address={$"{node.Mac}".ToUpperInvariant()} comment={node.Name}"],
        // https://docs.netgate.com/pfsense/en/latest/backup/, config.xml: entries of the interface's section of dhcpd.
        ["pfsense"] = node =>
            ["<staticmap>", $"\t<mac>{node.Mac}</mac>", $"\t<ipaddr>{node.Address}</ipaddr>", $"\t<hostname>{node.Name}</hostname>", "</staticmap>"],
    };

    /// <summary>The formats.</summary>
    public static IReadOnlyCollection<string> Formats => Forms.Keys;

    /// <summary>The lines, each node's in the order of the lab file.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    public static IEnumerable<string> Render(LabDefinition lab, string format) => lab.Nodes.SelectMany(Forms[format]);
}
