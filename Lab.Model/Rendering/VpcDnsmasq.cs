using Lab.Model.Definition;

namespace Lab.Model.Rendering;

/// <summary>
/// dnsmasq on the bastion in a VPC: TFTP and nothing else. A VPC carries no broadcast and Amazon answers DHCP, so a range here would
/// promise what cannot happen; DNS is Pi-hole's, so <c>port=0</c>.
/// </summary>
public static class VpcDnsmasq
{
    /// <summary>The folder that TFTP serves, in the container.</summary>
    public const string TftpRoot = "/var/lib/matchbox/assets";

    /// <summary>The configuration.</summary>
    public static string Config(LabDefinition lab) =>
        string.Join(
            '\n',
            [
                $"# TFTP of lab {lab.Name}'s bastion. No DHCP: in a VPC it is Amazon's. No DNS: that is Pi-hole's.",
                "port=0",
                "bind-dynamic",
                $"listen-address={lab.Bastion.Address}",
                "enable-tftp",
                $"tftp-root={TftpRoot}",
                "",
            ]
        );
}
