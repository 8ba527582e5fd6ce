using System.Net;
using Lab.Emulation.Network.Home;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.UnitTests.Emulation;

/// <summary>Which network is served, decided from what the kernel shows.</summary>
public sealed class HomeNetworkTests
{
    private static readonly LabDefinition Lab = new();

    [Theory]
    [InlineData("eth0", InterfaceKind.Wired)]
    [InlineData("vlan", InterfaceKind.Wired)]
    [InlineData("br-with-cable", InterfaceKind.Wired)]
    [InlineData("wlan0", InterfaceKind.Wireless)]
    [InlineData("wg0", InterfaceKind.Tunnel)]
    [InlineData("tap0", InterfaceKind.Tunnel)]
    [InlineData("docker0", InterfaceKind.VirtualBridge)]
    [InlineData("lo", InterfaceKind.Loopback)]
    public void The_kind_of_an_interface(string name, InterfaceKind kind)
    {
        using var sysfs = new TemporaryFolder();
        sysfs.File("eth0/type", "1\n");
        sysfs.File("eth0/device/vendor", "0x8086\n");
        sysfs.File("vlan/type", "1\n");
        sysfs.File("vlan/lower_eth0/type", "1\n");
        sysfs.File("br-with-cable/type", "1\n");
        sysfs.File("br-with-cable/bridge/stp_state", "0\n");
        sysfs.File("br-with-cable/lower_vlan/type", "1\n");
        sysfs.File("wlan0/type", "1\n");
        sysfs.File("wlan0/phy80211/index", "0\n");
        sysfs.File("wg0/type", "65534\n");
        sysfs.File("tap0/type", "1\n");
        sysfs.File("tap0/tun_flags", "0x1002\n");
        sysfs.File("veth1/type", "1\n");
        sysfs.File("docker0/type", "1\n");
        sysfs.File("docker0/bridge/stp_state", "0\n");
        sysfs.File("docker0/lower_veth1/type", "1\n");
        sysfs.File("lo/type", "772\n");
        Assert.Equal(kind, HostInterface.KindOf(sysfs.Path, name));
    }

    [Fact]
    public void The_address_in_the_labs_network_is_chosen_and_takes_the_bastions_place()
    {
        var lan = Of(Lab, Interface("eth0", "10.99.0.5/24", "10.20.13.5/24"));
        Assert.Equal(("10.20.13.5", "10.20.13.0/24", "10.20.13.1"), ($"{lan.Address}", $"{lan.Network}", $"{lan.Gateway}"));
        Assert.Equal("10.20.13.5", $"{lan.Serve(Lab).Bastion.Address}");
    }

    [Fact]
    public void An_address_that_the_file_names_must_be_there()
    {
        var lab = Lab with { Network = Lab.Network with { Home = Lab.Network.Home with { Address = AddressChoice.Parse("10.20.13.6") } } };
        Assert.Contains("eth0 does not have 10.20.13.6", Refusal(lab, Interface("eth0", "10.20.13.5/24")));
        Assert.Equal("10.20.13.6", $"{Of(lab, Interface("eth0", "10.20.13.5/24", "10.20.13.6/24")).Address}");
    }

    [Theory]
    [InlineData(InterfaceKind.Wireless, "is wireless")]
    [InlineData(InterfaceKind.Tunnel, "is a VPN or a tunnel")]
    [InlineData(InterfaceKind.VirtualBridge, "is a bridge of containers")]
    public void What_is_usually_not_meant_needs_a_yes(InterfaceKind kind, string said)
    {
        var served = Interface("eth0", "10.20.13.5/24") with { Kind = kind };
        Assert.Contains(said, Refusal(Lab, served));
        Assert.Contains("--yes", Refusal(Lab, served));
        Assert.Equal("eth0", HomeNetwork.Of(Named(Lab), [served], _ => null, isSure: true).Interface);
    }

    [Fact]
    public void Loopback_is_refused_whatever_is_said() =>
        Assert.Throws<LabException>(() =>
            HomeNetwork.Of(Named(Lab), [Interface("eth0", "10.20.13.5/24") with { Kind = InterfaceKind.Loopback }], _ => null, isSure: true)
        );

    [Fact]
    public void With_full_dhcp_this_machine_may_not_have_an_address_that_is_leased()
    {
        var served = Interface("eth0", "10.20.13.160/24");
        Assert.Equal("10.20.13.160", $"{Of(Lab, served).Address}");
        var full = Lab with { Network = Lab.Network with { Home = Lab.Network.Home with { Dhcp = HomeDhcp.Full } } };
        Assert.Contains("lies in the range 10.20.13.150 to 10.20.13.199", Refusal(full, served));
    }

    [Fact]
    public void Without_a_name_the_interfaces_are_listed()
    {
        var refusal = Assert.Throws<LabException>(() =>
            HomeNetwork.Of(
                Lab,
                [Interface("eth0", "10.20.13.5/24"), Interface("wlan0") with { Kind = InterfaceKind.Wireless, IsUp = false }],
                _ => null,
                isSure: false
            )
        );
        Assert.Equal(
            "Which network interface? Name it with --interface or network.home.interface. This machine has: eth0 (10.20.13.5/24), wlan0 (wireless, down).",
            refusal.Message
        );
    }

    [Fact]
    public void Router_and_neighbours_as_the_kernel_tells_them()
    {
        string[] routes =
        [
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
            "eth0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0",
            "eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0",
        ];
        Assert.Equal("192.168.1.1", $"{HostRoutes.Gateway(routes, "eth0")}");
        Assert.Null(HostRoutes.Gateway(routes, "eth1"));
        string[] neighbours =
        [
            "IP address       HW type     Flags       HW address            Mask     Device",
            "192.168.1.109    0x1         0x2         52:54:00:13:00:01     *        eth0",
            "192.168.1.11     0x1         0x0         00:00:00:00:00:00     *        eth0",
        ];
        Assert.Equal("52:54:00:13:00:01", $"{HostRoutes.Mac(neighbours, IPAddress.Parse("192.168.1.109"))}");
        Assert.Null(HostRoutes.Mac(neighbours, IPAddress.Parse("192.168.1.11")));
    }

    private static HostInterface Interface(string name, params string[] addresses) =>
        new(
            name,
            InterfaceKind.Wired,
            true,
            [
                .. addresses
                    .Select(text => text.Split('/'))
                    .Select(parts => new InterfaceAddress(
                        IPAddress.Parse(parts[0]),
                        IPAddress.Parse(parts[0]).NetworkOf(int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture))
                    )),
            ]
        );

    private static LabDefinition Named(LabDefinition lab) => lab with { Network = lab.Network with { Home = lab.Network.Home with { Interface = "eth0" } } };

    private static HomeLan Of(LabDefinition lab, HostInterface served) =>
        HomeNetwork.Of(Named(lab), [served], _ => IPAddress.Parse("10.20.13.1"), isSure: false);

    private static string Refusal(LabDefinition lab, HostInterface served) => Assert.Throws<LabException>(() => Of(lab, served)).Message;
}
