using System.Net;
using System.Net.Sockets;
using Lab.Emulation.Linux;
using Lab.Emulation.Network;
using Lab.Emulation.Network.Isolation;
using Lab.Emulation.Network.Vpc;
using Lab.Emulation.Services;
using static Lab.Tests.Fabric.Vpc.Vpcs;

namespace Lab.Tests.Fabric.Vpc;

/// <summary>What Amazon offers in every VPC. The instances' group allows nothing at all, neither in nor out.</summary>
public sealed class AmazonServiceTests
{
    private static readonly VpcInterface One = Interface(11, "sg-closed");
    private static readonly VpcInterface Two = Interface(12, "sg-closed");
    private static readonly VpcState State = Empty with
    {
        Interfaces = [One, Two],
        SecurityGroups = [Group("sg-closed", [], [])],
        Dhcp = new("ec2.internal", [IPAddress.Parse("10.20.13.140"), IPAddress.Parse("10.20.0.2")], [AmazonAddresses.Time]),
    };

    [Fact]
    public async Task Its_dhcp_is_there_again_when_its_process_has_died()
    {
        await using var lab = await VpcLab.StartAsync(State);
        var dhcp = Assert.Single(
            ProcessMark.Find(lab.Folder),
            process => File.ReadAllText($"/proc/{process.Pid}/cmdline").Contains("vpc-dhcp.conf", StringComparison.Ordinal)
        );
        dhcp.Kill();
        await Eventually.TrueAsync(() => !dhcp.IsAlive, "it has ended");
        Assert.Equal(One.Addresses[0], (await DhcpExchange.DiscoverAsync(lab.Fabric, VpcLab.HostOf(One), One.Mac)).Address);
    }

    [Fact]
    public async Task The_lease_holds_what_a_DHCP_option_set_can_carry_and_nothing_to_boot_from()
    {
        await using var lab = await VpcLab.StartAsync(State);
        var offer = await DhcpExchange.DiscoverAsync(lab.Fabric, VpcLab.HostOf(One), One.Mac);

        Assert.Equal(One.Addresses[0], offer.Address);
        Assert.Equal([IPAddress.Parse("10.20.13.1")], offer.Addresses(3));
        Assert.Equal([IPAddress.Parse("10.20.13.140"), IPAddress.Parse("10.20.0.2")], offer.Addresses(6));
        Assert.Equal([IPAddress.Parse("255.255.255.0")], offer.Addresses(1));
        Assert.Equal([IPAddress.Parse("169.254.169.123")], offer.Addresses(42));
        Assert.Equal("ec2.internal", offer.Text(15));
        Assert.Equal("ip-10-20-13-11", offer.Text(12));
        Assert.Equal(3600u, offer.Number(51));
        Assert.Equal([IPAddress.Parse("10.20.13.1")], offer.Addresses(54));
        // Beside these: kind of message, broadcast address, times of renewal.
        Assert.Equal<byte>([1, 3, 6, 12, 15, 28, 42, 51, 53, 54, 58, 59], [.. offer.Options.Keys.Order()]);
        Assert.Equal(IPAddress.Any, offer.NextServer);
        Assert.All(offer.BootFields, value => Assert.Equal(0, value));
    }

    [Fact]
    public async Task Another_set_of_DHCP_options_and_another_interface_hold_for_the_next_lease()
    {
        await using var lab = await VpcLab.StartAsync(State);
        var moved = Two with { Addresses = [IPAddress.Parse("10.20.13.77")] };
        await lab.ApplyAsync(State with { Dhcp = new(), Interfaces = [One, moved] });
        // As a machine that starts: without an address.
        await lab.RunAsync(VpcLab.HostOf(Two), "sh", "-ec", "ip address flush dev eth0; ip route add 255.255.255.255 dev eth0");
        var offer = await DhcpExchange.DiscoverAsync(lab.Fabric, VpcLab.HostOf(Two), Two.Mac);
        Assert.Equal(IPAddress.Parse("10.20.13.77"), offer.Address);
        Assert.Equal([IPAddress.Parse("10.20.0.2")], offer.Addresses(6));
        Assert.Equal("eu-west-1.compute.internal", offer.Text(15));
        Assert.DoesNotContain((byte)42, offer.Options.Keys);
    }

    [Theory]
    [InlineData("10.20.0.2")]
    [InlineData("169.254.169.253")]
    public async Task The_resolver_answers_names_of_instances_and_of_the_internet_whatever_the_groups_say(string resolver)
    {
        await using var lab = await VpcLab.StartAsync(State);
        var server = new IPEndPoint(IPAddress.Parse(resolver), 53);
        foreach (
            var (name, address) in new[]
            {
                ("ip-10-20-13-12.eu-west-1.compute.internal", Two.Addresses[0]),
                ("quay.io", lab.Internet.First(one => one.Name == "quay.io").Ipv4),
            }
        )
        {
            await new DnsProbe(lab.Fabric, server, name, address) { Host = VpcLab.HostOf(One) }.AskAsync(TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData("169.254.169.123")]
    [InlineData("fd00:ec2::123")]
    public async Task Time_is_told_whatever_the_groups_say(string server)
    {
        await using var lab = await VpcLab.StartAsync(State);
        var told = await lab.AskTimeAsync(VpcLab.HostOf(One), IPAddress.Parse(server));
        Assert.InRange(told!.Value, DateTime.UtcNow.AddMinutes(-1), DateTime.UtcNow.AddMinutes(1));
    }

    [Fact]
    public async Task Metadata_knows_from_which_instance_a_request_comes()
    {
        await using var lab = await VpcLab.StartAsync(State);
        var metadata = lab.Listen(LabHost.Router, AmazonAddresses.Metadata, 80);
        foreach (var one in new[] { One, Two })
        {
            using var connection = await lab.Fabric.ConnectAsync(VpcLab.HostOf(one), AmazonAddresses.Metadata, 80, TestContext.Current.CancellationToken);
            using var accepted = await metadata.AcceptAsync(TestContext.Current.CancellationToken);
            Assert.Equal(one.Addresses[0], ((IPEndPoint)accepted.RemoteEndPoint!).Address);
        }
    }

    [Fact]
    public async Task A_broadcast_reaches_nobody()
    {
        await using var lab = await VpcLab.StartAsync(State with { SecurityGroups = [Group("sg-closed", [All("0.0.0.0/0")], [All("0.0.0.0/0")])] });
        using var ear = lab.Fabric.Bind(VpcLab.HostOf(Two), new IPEndPoint(IPAddress.Any, 9999), SocketType.Dgram);
        using var mouth = lab.Fabric.CreateSocket(VpcLab.HostOf(One), AddressFamily.InterNetwork, SocketType.Dgram);
        mouth.EnableBroadcast = true;
        foreach (var address in new[] { "255.255.255.255", "10.20.13.255", "10.20.13.12" })
        {
            await mouth.SendToAsync(
                System.Text.Encoding.ASCII.GetBytes(address),
                new IPEndPoint(IPAddress.Parse(address), 9999),
                TestContext.Current.CancellationToken
            );
        }

        // Sent last, it is the first to arrive.
        var buffer = new byte[100];
        var length = await ear.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
        Assert.Equal("10.20.13.12", System.Text.Encoding.ASCII.GetString(buffer, 0, length));
        Assert.Equal(0, ear.Available);
    }

    [Fact]
    public async Task IPv6_comes_by_a_router_advertisement_that_names_DHCP()
    {
        await using var lab = await VpcLab.StartAsync(State);
        Assert.Contains("subnet-1", VpcDhcp.Config(State, "hosts", "leases"), StringComparison.Ordinal);
        await lab.RunAsync(VpcLab.HostOf(One), "sh", "-ec", "echo 2 > /proc/sys/net/ipv6/conf/eth0/accept_ra; ip link set eth0 down; ip link set eth0 up");
        await Eventually.TrueAsync(
            async () => (await lab.RunAsync(VpcLab.HostOf(One), "ip", "-6", "route", "show", "proto", "ra")).Contains("default", StringComparison.Ordinal),
            "a route by advertisement"
        );
        // The A flag is not set: no address of one's own making.
        Assert.DoesNotContain(
            "dynamic mngtmpaddr",
            await lab.RunAsync(VpcLab.HostOf(One), "ip", "-6", "address", "show", "dev", "eth0"),
            StringComparison.Ordinal
        );
    }
}
