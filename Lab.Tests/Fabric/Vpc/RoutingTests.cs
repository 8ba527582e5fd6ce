using System.Net;
using Lab.Emulation.Network.Isolation;
using Lab.Emulation.Network.Vpc;
using static Lab.Tests.Fabric.Vpc.Vpcs;

namespace Lab.Tests.Fabric.Vpc;

/// <summary>Ways out and in, by the route tables. The instance's group lets everything out.</summary>
public sealed class RoutingTests
{
    private const string Nat = "nat-1";
    private const string EgressOnly = "eigw-1";
    private static readonly IPNetwork All4 = IPNetwork.Parse("0.0.0.0/0");
    private static readonly IPNetwork All6 = IPNetwork.Parse("::/0");
    private static readonly IPAddress NatAddress = IPAddress.Parse("203.0.113.9");
    private static readonly VpcInterface One = Interface(11, "sg-1");

    private static readonly VpcState State = Empty with
    {
        Interfaces = [One],
        SecurityGroups = [Group("sg-1", [], [All("0.0.0.0/0"), All("::/0")])],
        Gateways = [new(Gateway, VpcGatewayKind.Internet), new(Nat, VpcGatewayKind.Nat, "subnet-2", NatAddress), new(EgressOnly, VpcGatewayKind.EgressOnly)],
    };

    private static LabHost Guest => VpcLab.HostOf(One);

    [Fact]
    public async Task Without_a_default_route_there_is_no_way_out()
    {
        await using var lab = await VpcLab.StartAsync(State);
        var quay = lab.Internet.First(one => one.Name == "quay.io");
        Assert.False(await lab.ReachesAsync(Guest, quay.Ipv4, 443));
        Assert.False(await lab.ReachesAsync(Guest, quay.Ipv6!, 443));
        Assert.True(await lab.CountAsync(One.Id, "out: no route") >= 2);
    }

    [Fact]
    public async Task A_NAT_gateway_leads_out_with_its_own_address_when_its_subnet_leads_out()
    {
        await using var lab = await VpcLab.StartAsync(State.WithRoutes(Main, new VpcRoute(All4, Nat)));
        var server = await lab.ServerAsync("192.0.2.80");
        Assert.False(await lab.ReachesAsync(Guest, server.Address, 80));

        await lab.ApplyAsync(State.WithRoutes(Main, new VpcRoute(All4, Nat)).WithRoutes(PublicTable, new VpcRoute(All4, Gateway)));
        Assert.Equal(NatAddress, await server.VisitorAsync(Guest));
    }

    [Fact]
    public async Task The_internet_gateway_takes_IPv4_only_of_who_has_a_public_address()
    {
        var routed = State.WithRoutes(Main, new VpcRoute(All4, Gateway), new VpcRoute(All6, Gateway));
        await using var lab = await VpcLab.StartAsync(routed);
        var server = await lab.ServerAsync("192.0.2.80");
        Assert.False(await lab.ReachesAsync(Guest, server.Address, 80));
        Assert.True(await lab.CountAsync(Gateway, "out: no public address") > 0);

        await lab.ApplyAsync(routed with { Interfaces = [One with { PublicAddress = IPAddress.Parse("203.0.113.7") }] });
        Assert.Equal(IPAddress.Parse("203.0.113.7"), await server.VisitorAsync(Guest));
        var server6 = await lab.ServerAsync("2001:db8:80::1");
        Assert.Equal(One.Addresses[1], await server6.VisitorAsync(Guest));
    }

    [Fact]
    public async Task An_address_of_the_loopback_network_that_an_emulator_gives_away_works_as_public_address()
    {
        await using var lab = await VpcLab.StartAsync(
            State.WithRoutes(Main, new VpcRoute(All4, Gateway)) with
            {
                Interfaces = [One with { PublicAddress = IPAddress.Parse("127.9.113.7") }],
            }
        );
        var server = await lab.ServerAsync("192.0.2.80");
        Assert.Equal(IPAddress.Parse("198.19.113.7"), await server.VisitorAsync(Guest));
    }

    [Theory]
    [InlineData(Gateway, true)]
    [InlineData(EgressOnly, false)]
    public async Task From_outside_only_the_internet_gateway_lets_in_and_only_what_a_rule_allows(string gateway, bool letsIn)
    {
        var open = State.WithRoutes(Main, new VpcRoute(All6, gateway)) with { SecurityGroups = [Group("sg-1", [Tcp(22, "2001:db8:7::7/128")], [All("::/0")])] };
        await using var lab = await VpcLab.StartAsync(open);
        lab.Listen(Guest, One.Addresses[1], 22);
        Assert.Equal(letsIn, await lab.ComesInAsync("2001:db8:7::7", One.Addresses[1], 22));
        Assert.False(await lab.ComesInAsync("2001:db8:7::8", One.Addresses[1], 22));
        Assert.True(await lab.CountAsync(One.Id, "in: no rule allows it") > 0);

        var server = await lab.ServerAsync("2001:db8:80::1");
        Assert.Equal(One.Addresses[1], await server.VisitorAsync(Guest));
    }

    [Fact]
    public async Task A_forwarding_instance_is_a_way_out_while_it_runs_and_may_forward()
    {
        var bastion = Interface(140, "sg-2") with { SourceDestinationCheck = false };
        var outside = new VpcInterface("eni-200", bastion.Mac.Next(60), "subnet-2", [IPAddress.Parse("10.20.1.5")], ["sg-2"])
        {
            InstanceId = bastion.InstanceId,
            PublicAddress = IPAddress.Parse("203.0.113.5"),
        };
        bastion = bastion with { DeviceIndex = 1 };
        var state = State.WithRoutes(Main, new VpcRoute(All4, bastion.Id)).WithRoutes(PublicTable, new VpcRoute(All4, Gateway)) with
        {
            Interfaces = [One, bastion, outside],
            SecurityGroups = [.. State.SecurityGroups, Group("sg-2", [FromGroup("sg-1")], [All("0.0.0.0/0")])],
        };
        await using var lab = await VpcLab.StartAsync(state);
        var server = await lab.ServerAsync("192.0.2.80");
        await lab.Fabric.ForwardAsync(VpcLab.HostOf(bastion), TestContext.Current.CancellationToken);
        Assert.Equal(IPAddress.Parse("203.0.113.5"), await server.VisitorAsync(Guest));

        await lab.ApplyAsync(state with { Interfaces = [One, bastion with { SourceDestinationCheck = true }, outside] });
        Assert.False(await lab.ReachesAsync(Guest, server.Address, 80));
        Assert.True(await lab.CountAsync(bastion.Id, "in: source/destination check") > 0);

        await lab.ApplyAsync(state);
        await lab.Fabric.DetachAsync(bastion.Id, TestContext.Current.CancellationToken);
        Assert.False(await lab.ReachesAsync(Guest, server.Address, 80));
    }

    [Fact]
    public async Task What_a_cache_asks_of_its_registry_needs_a_way_through_the_VPC()
    {
        var bastion = Interface(140, "sg-1");
        await using var lab = await VpcLab.StartAsync(State);
        Assert.Equal(
            "the bastion has no network interface; the bastion has no network interface",
            await lab.Fabric.ObstacleAsync("quay.io", 443, TestContext.Current.CancellationToken)
        );

        await lab.ApplyAsync(State with { Interfaces = [One, bastion] });
        await lab.Fabric.AttachHostAsync(bastion.Id, LabHost.Bastion, TestContext.Current.CancellationToken);
        Assert.Equal("rtb-1 has no route to 198.51.100.3", await lab.Fabric.ObstacleAsync("ghcr.io", 443, TestContext.Current.CancellationToken));

        await lab.ApplyAsync(State.WithRoutes(Main, new VpcRoute(All6, Gateway)) with { Interfaces = [One, bastion] });
        Assert.Null(await lab.Fabric.ObstacleAsync("quay.io", 443, TestContext.Current.CancellationToken));
        Assert.Equal("rtb-1 has no route to 198.51.100.3", await lab.Fabric.ObstacleAsync("ghcr.io", 443, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_was_unplugged_can_be_plugged_in_again()
    {
        await using var lab = await VpcLab.StartAsync(State.WithRoutes(Main, new VpcRoute(All6, Gateway)));
        var server = await lab.ServerAsync("2001:db8:80::1");
        for (var i = 0; i < 2; i++)
        {
            await lab.Fabric.DetachAsync(One.Id, TestContext.Current.CancellationToken);
            await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(() => server.VisitorAsync(Guest));
            await lab.Fabric.AttachHostAsync(One.Id, Guest, TestContext.Current.CancellationToken);
            Assert.Equal(One.Addresses[1], await server.VisitorAsync(Guest));
        }
    }
}
