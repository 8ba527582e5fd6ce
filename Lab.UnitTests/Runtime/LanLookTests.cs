using System.Net;
using Lab.Emulation.Network;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Services;
using Lab.Runtime.Lan;

namespace Lab.UnitTests.Runtime;

/// <summary>What other DHCP servers of a network mean for a lab that is about to serve there.</summary>
public sealed class LanLookTests
{
    private static readonly DhcpOffer Router = new(IPAddress.Parse("192.168.1.1"), IPAddress.Parse("192.168.1.57"), null);
    private static readonly DhcpOffer Other = Router with { Server = IPAddress.Parse("192.168.1.9"), BootFile = "pxelinux.0" };

    [Fact]
    public void Beside_a_router_without_a_boot_file_all_is_well() =>
        Assert.Equal(["DHCP server 192.168.1.1 answers here, without a boot file."], LanLook.Judge(Lan(HomeDhcp.Proxy), [Router]));

    [Fact]
    public void A_boot_file_of_another_server_is_a_race()
    {
        var lines = LanLook.Judge(Lan(HomeDhcp.Proxy), [Router, Other]).ToList();
        Assert.StartsWith("DHCP server 192.168.1.9 answers here, with boot file pxelinux.0. It names a boot file too", lines[1]);
        Assert.Equal("DHCP server 192.168.1.9 answers here, with boot file pxelinux.0.", LanLook.Judge(Lan(HomeDhcp.Off), [Other]).Single());
    }

    [Fact]
    public void Two_servers_that_give_addresses_are_a_race() =>
        Assert.StartsWith("2 DHCP servers answer here (192.168.1.1, 192.168.1.9): from which", LanLook.Judge(Lan(HomeDhcp.Proxy), [Router, Other]).Last());

    [Theory]
    [InlineData(HomeDhcp.Proxy)]
    [InlineData(HomeDhcp.Off)]
    public void Without_any_server_machines_get_no_address(HomeDhcp dhcp) =>
        Assert.StartsWith("No DHCP server answers on eth0", LanLook.Judge(Lan(dhcp), []).Single());

    [Fact]
    public void Addresses_are_given_where_nobody_else_does_and_nowhere_else()
    {
        Assert.Empty(LanLook.Judge(Lan(HomeDhcp.Full), []));
        var refusal = Assert.Throws<LabException>(() => LanLook.Judge(Lan(HomeDhcp.Full), [Router, Other]).ToList());
        Assert.Contains("DHCP server 192.168.1.1 answers here, without a boot file; DHCP server 192.168.1.9", refusal.Message);
    }

    [Fact]
    public void What_a_server_calls_its_file_cannot_write_on_the_terminal() =>
        Assert.DoesNotContain('\e', LanLook.Judge(Lan(HomeDhcp.Proxy), [Other with { BootFile = "\e[2J" }]).Single());

    private static HomeLan Lan(HomeDhcp dhcp) => new("eth0", IPAddress.Parse("192.168.1.5"), IPNetwork.Parse("192.168.1.0/24"), dhcp, null);
}
