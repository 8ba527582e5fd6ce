using System.Net;
using Lab.Emulation.Network.Vpc;

namespace Lab.Tests.Fabric.Vpc;

/// <summary>What an instance sends in another's name goes nowhere, as on AWS.</summary>
public sealed class ForgedFrameTests
{
    private static readonly VpcInterface One = Vpcs.Interface(5, "sg-1");
    private static readonly VpcInterface Two = Vpcs.Interface(6, "sg-1");

    private static VpcState State =>
        Vpcs.Empty with
        {
            Interfaces = [One, Two],
            SecurityGroups = [Vpcs.Group("sg-1", [Vpcs.All("0.0.0.0/0")], [Vpcs.All("0.0.0.0/0")])],
        };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Dhcp_is_answered_for_ones_own_mac_address_only(bool inUserNamespace)
    {
        await using var lab = await VpcLab.StartAsync(State, inUserNamespace);
        Assert.Equal(One.Addresses[0], (await DhcpExchange.DiscoverAsync(lab.Fabric, VpcLab.HostOf(One), One.Mac)).Address);

        await DhcpExchange.SendAsync(lab.Fabric, VpcLab.HostOf(One), Two.Mac, DhcpExchange.Discover);
        await DhcpExchange.SendAsync(lab.Fabric, VpcLab.HostOf(One), Two.Mac, DhcpExchange.Decline, Two.Addresses[0]);
        await DhcpExchange.SendAsync(lab.Fabric, VpcLab.HostOf(One), Two.Mac, DhcpExchange.Release, Two.Addresses[0]);
        await Eventually.TrueAsync(async () => await lab.CountAsync(One.Id, "out: DHCP for another's MAC address") == 3, "the filter has dropped all three");

        Assert.Equal(Two.Addresses[0], (await DhcpExchange.DiscoverAsync(lab.Fabric, VpcLab.HostOf(Two), Two.Mac)).Address);
        Assert.DoesNotContain(
            lab.Fabric.DhcpLog.Last(100),
            line => line.Contains("DHCPDECLINE", StringComparison.Ordinal) || line.Contains("DHCPRELEASE", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Frames_with_anothers_mac_address_are_dropped()
    {
        await using var lab = await VpcLab.StartAsync(State);
        lab.Listen(VpcLab.HostOf(Two), Two.Addresses[0], 80);
        Assert.True(await lab.ReachesAsync(VpcLab.HostOf(One), Two.Addresses[0], 80, isExpected: true));

        var router = await RouterMacAsync(lab);
        await lab.RunAsync(VpcLab.HostOf(One), "ip", "link", "set", "eth0", "address", "02:66:6f:72:67:65");
        await lab.RunAsync(VpcLab.HostOf(One), "ip", "neighbour", "replace", "10.20.13.1", "lladdr", router, "dev", "eth0");
        await lab.RunAsync(VpcLab.HostOf(One), "ip", "neighbour", "replace", "10.20.13.6", "lladdr", router, "dev", "eth0");
        await lab.RunAsync(VpcLab.HostOf(One), "ip", "route", "replace", "10.20.13.6/32", "via", "10.20.13.1", "dev", "eth0", "table", "100");
        Assert.False(await lab.ReachesAsync(VpcLab.HostOf(One), Two.Addresses[0], 80));
        Assert.True(await lab.CountAsync(One.Id, "out: another's MAC address") > 0);
    }

    [Theory]
    [InlineData("10.20.13.6", true)]
    [InlineData("10.20.13.1", true)]
    [InlineData("169.254.169.254", true)]
    [InlineData("10.20.13.77", false)]
    [InlineData("10.20.1.5", false)]
    [InlineData("192.0.2.1", false)]
    public async Task Arp_is_answered_for_what_the_subnet_has(string asked, bool isAnswered)
    {
        await using var lab = await VpcLab.StartAsync(State);
        Assert.Equal(isAnswered, await IsAnsweredAsync(lab, asked));
    }

    [Fact]
    public async Task Arp_in_anothers_name_is_not_answered()
    {
        await using var lab = await VpcLab.StartAsync(State);
        await lab.RunAsync(VpcLab.HostOf(One), "ip", "address", "del", "10.20.13.5/24", "dev", "eth0");
        await lab.RunAsync(VpcLab.HostOf(One), "ip", "address", "add", "10.20.13.6/24", "dev", "eth0");
        Assert.False(await IsAnsweredAsync(lab, "10.20.13.1"));
    }

    /// <summary>Asks by sending something there: the kernel asks by ARP, three times, and remembers what it learnt.</summary>
    private static async Task<bool> IsAnsweredAsync(VpcLab lab, string address)
    {
        var host = VpcLab.HostOf(One);
        foreach (var table in new[] { "main", "100" })
        {
            await lab.RunAsync(host, "ip", "route", "replace", $"{address}/32", "dev", "eth0", "table", table);
        }

        await lab.RunAsync(host, "ip", "neighbour", "flush", "dev", "eth0");
        var state = "";
        await Eventually.TrueAsync(
            async () =>
            {
                await lab.ReachesAsync(host, IPAddress.Parse(address), 9);
                state = await lab.RunAsync(host, "ip", "neighbour", "show", address, "dev", "eth0");
                return state.Contains("lladdr", StringComparison.Ordinal) || state.Contains("FAILED", StringComparison.Ordinal);
            },
            $"the kernel knows whether {address} answers"
        );
        return state.Contains("lladdr", StringComparison.Ordinal);
    }

    private static async Task<string> RouterMacAsync(VpcLab lab)
    {
        Assert.True(await IsAnsweredAsync(lab, "10.20.13.1"));
        var words = (await lab.RunAsync(VpcLab.HostOf(One), "ip", "neighbour", "show", "10.20.13.1", "dev", "eth0")).Split(
            ' ',
            StringSplitOptions.RemoveEmptyEntries
        );
        return words[Array.IndexOf(words, "lladdr") + 1];
    }
}
