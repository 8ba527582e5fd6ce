using System.Net;
using System.Net.Sockets;
using Lab.Emulation.Network;
using Lab.Emulation.Network.Vpc;
using static Lab.Tests.Fabric.Vpc.Vpcs;

namespace Lab.Tests.Fabric.Vpc;

/// <summary>Real connections between namespaces that stand for instances.</summary>
public sealed class SecurityGroupTests
{
    private static readonly VpcInterface Client = Interface(11, "sg-clients");
    private static readonly VpcInterface Server = Interface(12, "sg-servers");
    private static readonly VpcSecurityGroup Clients = Group("sg-clients", [], [All("0.0.0.0/0"), All("::/0")]);
    private static readonly VpcSecurityGroup Servers = Group("sg-servers", [Tcp(80, "10.20.13.11/32"), Tcp(80, "2001:db8:20:1::/64")], []);
    private static readonly VpcState State = Empty with { Interfaces = [Client, Server], SecurityGroups = [Clients, Servers] };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task What_a_rule_allows_passes_over_IPv4_and_IPv6_and_nothing_else_does(int family)
    {
        await using var lab = await VpcLab.StartAsync(State);
        var (client, server) = (VpcLab.HostOf(Client), VpcLab.HostOf(Server));
        lab.Listen(server, Server.Addresses[family], 80);
        lab.Listen(server, Server.Addresses[family], 81);
        lab.Listen(client, Client.Addresses[family], 80);

        Assert.True(await lab.ReachesAsync(client, Server.Addresses[family], 80));
        Assert.False(await lab.ReachesAsync(client, Server.Addresses[family], 81));
        Assert.True(await lab.CountAsync(Server.Id, "in: no rule allows it") > 0);
        Assert.False(await lab.ReachesAsync(server, Client.Addresses[family], 80));
        Assert.True(await lab.CountAsync(Server.Id, "out: no rule allows it") > 0);
    }

    [Fact]
    public async Task A_rule_that_names_a_group_means_the_addresses_of_its_members()
    {
        var servers = Group("sg-servers", [FromGroup("sg-clients")], []);
        await using var lab = await VpcLab.StartAsync(State with { SecurityGroups = [Clients, servers] });
        lab.Listen(VpcLab.HostOf(Server), Server.Addresses[0], 80);
        Assert.True(await lab.ReachesAsync(VpcLab.HostOf(Client), Server.Addresses[0], 80));

        var moved = Client with { SecurityGroupIds = ["sg-others"] };
        await lab.ApplyAsync(State with { Interfaces = [moved, Server], SecurityGroups = [Clients with { Id = "sg-others" }, Clients, servers] });
        Assert.False(await lab.ReachesAsync(VpcLab.HostOf(Client), Server.Addresses[0], 80));
    }

    [Fact]
    public async Task A_rule_that_goes_ends_what_is_new_while_connections_that_it_let_through_go_on()
    {
        await using var lab = await VpcLab.StartAsync(State);
        var listener = lab.Listen(VpcLab.HostOf(Server), Server.Addresses[0], 80);
        using var connection = await lab.Fabric.ConnectAsync(VpcLab.HostOf(Client), Server.Addresses[0], 80, TestContext.Current.CancellationToken);
        using var accepted = await listener.AcceptAsync(TestContext.Current.CancellationToken);

        await lab.ApplyAsync(State with { SecurityGroups = [Clients, Servers with { Ingress = [] }] });
        Assert.False(await lab.ReachesAsync(VpcLab.HostOf(Client), Server.Addresses[0], 80));
        await connection.SendAsync("still here"u8.ToArray(), TestContext.Current.CancellationToken);
        var buffer = new byte[10];
        Assert.Equal(10, await accepted.ReceiveAsync(buffer, TestContext.Current.CancellationToken));

        await lab.ApplyAsync(State);
        Assert.True(await lab.ReachesAsync(VpcLab.HostOf(Client), Server.Addresses[0], 80));
    }

    [Fact]
    public async Task Counters_of_rules_that_stay_keep_their_numbers()
    {
        await using var lab = await VpcLab.StartAsync(State);
        lab.Listen(VpcLab.HostOf(Server), Server.Addresses[0], 80);
        Assert.True(await lab.ReachesAsync(VpcLab.HostOf(Client), Server.Addresses[0], 80));
        Assert.Equal(1, await lab.CountAsync("sg-servers", "in: tcp 80 from 10.20.13.11/32"));

        await lab.ApplyAsync(State with { SecurityGroups = [Clients, Servers with { Ingress = [Tcp(22, "10.0.0.0/8"), .. Servers.Ingress] }] });
        Assert.Equal(1, await lab.CountAsync("sg-servers", "in: tcp 80 from 10.20.13.11/32"));
        Assert.Equal(0, await lab.CountAsync("sg-servers", "in: tcp 22 from 10.0.0.0/8"));
    }

    [Fact]
    public async Task Nobody_sends_with_an_address_that_is_not_its_own()
    {
        await using var lab = await VpcLab.StartAsync(State);
        lab.Listen(VpcLab.HostOf(Server), Server.Addresses[0], 80);
        // With its own address it learns where the router is: with another's nobody tells it.
        Assert.True(await lab.ReachesAsync(VpcLab.HostOf(Client), Server.Addresses[0], 80, isExpected: true));
        await lab
            .Fabric.Wrap(VpcLab.HostOf(Client), "ip", ["address", "add", "10.20.13.99/24", "dev", "eth0"])
            .ExecuteAsync(TestContext.Current.CancellationToken);
        using var socket = lab.Fabric.CreateSocket(VpcLab.HostOf(Client), AddressFamily.InterNetwork, SocketType.Dgram);
        socket.Bind(new IPEndPoint(IPAddress.Parse("10.20.13.99"), 0));
        await socket.SendToAsync("x"u8.ToArray(), new IPEndPoint(Server.Addresses[0], 80), TestContext.Current.CancellationToken);
        Assert.Equal(1, await lab.CountAsync(Client.Id, "out: source/destination check"));
    }

    /// <summary>Of a datagram in fragments only the first names a port: the filter looks at it when it is whole again.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Fragments_pass_where_their_datagram_may_and_nowhere_else(int family)
    {
        var servers = Group("sg-servers", [Udp(5000, "10.20.13.11/32"), Udp(5000, "2001:db8:20:1::/64")], []);
        await using var lab = await VpcLab.StartAsync(State with { SecurityGroups = [Clients, servers] });
        var (client, server) = (VpcLab.HostOf(Client), VpcLab.HostOf(Server));
        using var open = lab.Fabric.Bind(server, new IPEndPoint(Server.Addresses[family], 5000), SocketType.Dgram);
        using var closed = lab.Fabric.Bind(server, new IPEndPoint(Server.Addresses[family], 5001), SocketType.Dgram);
        using var socket = lab.Fabric.CreateSocket(client, Server.Addresses[family].AddressFamily, SocketType.Dgram);
        var datagram = new byte[4000];
        var buffer = new byte[8000];
        var length = 0;
        await Eventually.TrueAsync(
            async () =>
            {
                await socket.SendToAsync(datagram, new IPEndPoint(Server.Addresses[family], 5001), TestContext.Current.CancellationToken);
                await socket.SendToAsync(datagram, new IPEndPoint(Server.Addresses[family], 5000), TestContext.Current.CancellationToken);
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
                try
                {
                    length = await open.ReceiveAsync(buffer, patience.Token);
                }
                catch (OperationCanceledException)
                {
                    // Lost, as datagrams may be.
                }

                return length > 0;
            },
            "the datagram arrives where a rule lets it in"
        );
        Assert.Equal(datagram.Length, length);
        Assert.Equal(0, closed.Available);
        Assert.True(await lab.CountAsync(Server.Id, "in: no rule allows it") > 0);
    }
}
