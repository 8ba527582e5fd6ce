using System.Net;
using System.Net.Sockets;
using Lab.Emulation.Aws;
using Lab.Emulation.Network.Vpc;
using Lab.Model.Definition;

namespace Lab.Tests.Fabric.Vpc;

/// <summary>The way of a packet, and the reason why it ends.</summary>
public sealed class ReachabilityTests
{
    private static readonly IPAddress Registry = IPAddress.Parse("198.51.100.1");
    private static readonly HomeAddress Home = HomeAddress.Parse("2001:db8:7::7");

    [Fact]
    public void The_way_through_a_NAT_gateway_names_rule_table_and_gateway()
    {
        var verdict = From("eni-cp1", State(Egress.NatGateway), Registry, 443);
        Assert.True(verdict.IsAllowed);
        Assert.Equal(
            [
                "eni-cp1 from 10.20.13.11",
                "sg-talos-nodes-sg out: tcp 443 to 0.0.0.0/0",
                "rtb-private 0.0.0.0/0 via nat-lab",
                "nat-lab as 203.0.113.10 to 198.51.100.1",
            ],
            Text(verdict)
        );
    }

    [Fact]
    public void The_way_through_the_bastion_passes_its_rules_too()
    {
        var verdict = From("eni-cp1", State(Egress.Bastion), Registry, 443);
        Assert.True(verdict.IsAllowed);
        Assert.Equal(
            [
                "eni-cp1 from 10.20.13.11",
                "sg-talos-nodes-sg out: tcp 443 to 0.0.0.0/0",
                "rtb-private 0.0.0.0/0 via eni-bastion1",
                "sg-bastion-sg in: all from talos-nodes-sg",
                "eni-bastion1 forwards",
                "eni-bastion0 from 10.20.1.254",
                "sg-bastion-sg out: all to 0.0.0.0/0",
                "rtb-public 0.0.0.0/0 via igw-lab",
                "igw-lab as 203.0.113.11 to 198.51.100.1",
            ],
            Text(verdict)
        );
    }

    [Fact]
    public void A_stopped_bastion_is_no_way_out_and_serves_nobody()
    {
        var state = State(Egress.Bastion);
        state = state with { Instances = [.. state.Instances.Select(instance => instance.Id == "i-bastion" ? instance with { State = "stopped" } : instance)] };
        Assert.Equal("no running instance has eni-bastion1: the route leads nowhere", From("eni-cp1", state, Registry, 443).Reason);
        Assert.Equal("no running instance has eni-bastion1", From("eni-cp1", state, IPAddress.Parse("10.20.13.140"), 8080).Reason);
    }

    [Fact]
    public void A_rule_that_is_missing_is_named_by_its_group()
    {
        var state = State(Egress.NatGateway);
        var closed = state with
        {
            SecurityGroups = [.. state.SecurityGroups.Select(group => group.Name == "bastion-sg" ? group with { Ingress = [] } : group)],
        };
        Assert.Equal("no inward rule of bastion-sg allows tcp 8080 from 10.20.13.11", From("eni-cp1", closed, IPAddress.Parse("10.20.13.140"), 8080).Reason);
        Assert.Equal("no outward rule of talos-nodes-sg allows tcp 80 to 198.51.100.1", From("eni-cp1", state, Registry, 80).Reason);
    }

    [Fact]
    public void Only_the_operator_comes_in_and_only_where_the_answer_has_a_way_back()
    {
        var state = State(Egress.None);
        var bastion = state.Interfaces.Single(one => one.Id == ExpectedVpc.BastionPrimary);
        Assert.True(Reachability.From(state, Home.Address, bastion, "tcp", 22).IsAllowed);
        Assert.Equal(
            "no inward rule of bastion-sg allows tcp 22 from 2001:db8:7::8",
            Reachability.From(state, IPAddress.Parse("2001:db8:7::8"), bastion, "tcp", 22).Reason
        );

        var oneWay = state with
        {
            RouteTables = [.. state.RouteTables.Select(table => table with { Routes = [.. table.Routes.Where(route => route.Target == VpcQueries.Local)] })],
        };
        Assert.Equal("rtb-private does not lead the answer to 2001:db8:7::7 to igw-lab", Reachability.From(oneWay, Home.Address, bastion, "tcp", 22).Reason);
    }

    [Theory]
    [InlineData("169.254.169.254", 80)]
    [InlineData("169.254.169.123", 123)]
    [InlineData("10.20.0.2", 53)]
    public void What_Amazon_offers_needs_no_rule(string address, int port) =>
        Assert.True(From("eni-cp1", State(Egress.None) with { SecurityGroups = [] }, IPAddress.Parse(address), port).IsAllowed);

    [Fact]
    public void Nodes_that_may_only_receive_do_not_reach_each_other()
    {
        var lab = Definition(Egress.NatGateway);
        Assert.Equal("no outward rule of talos-nodes-sg allows tcp 6443 to 10.20.13.12", Between(lab).Reason);
        Assert.True(Between(lab with { Network = lab.Network with { InterNodeEgress = true } }).IsAllowed);
    }

    [Fact]
    public void Who_may_talk_to_whom_follows_from_rules_and_routes()
    {
        var state = State(Egress.NatGateway);
        Assert.Equal(
            [
                "eni-bastion0 > eni-cp1: all",
                "eni-bastion0 > eni-w1: all",
                "eni-bastion1 > eni-cp1: all",
                "eni-bastion1 > eni-w1: all",
                // The way to registries, tcp 443 to everybody, is one to the other nodes too.
                "eni-cp1 > eni-bastion0: all",
                "eni-cp1 > eni-bastion1: all",
                "eni-cp1 > eni-w1: tcp 443",
                "eni-w1 > eni-bastion0: all",
                "eni-w1 > eni-bastion1: all",
                "eni-w1 > eni-cp1: tcp 443",
                "2001:db8:7::7/128 > eni-bastion0: tcp 22",
            ],
            Conversation.Of(state).Select(one => $"{one.From} > {one.To}: {string.Join(", ", one.Traffic)}")
        );

        var narrow = state with
        {
            SecurityGroups =
            [
                .. state.SecurityGroups.Select(group =>
                    group.Name == "bastion-sg"
                        ? group with
                        {
                            Ingress = [new("tcp", (8080, 8080), null, "sg-talos-nodes-sg"), new("udp", (69, 69), null, "sg-other")],
                        }
                        : group
                ),
            ],
        };
        Assert.Contains(Conversation.Of(narrow), one => one is { From: "eni-cp1", To: "eni-bastion1", Traffic: ["tcp 8080"] });
    }

    private static Verdict Between(LabDefinition lab)
    {
        var state = ExpectedVpc.Of(lab);
        return Reachability.Of(
            state,
            state.Interfaces.Single(one => one.Id == "eni-cp1"),
            state.Interfaces.Single(one => one.Id == "eni-w1"),
            AddressFamily.InterNetwork,
            "tcp",
            6443
        );
    }

    private static Verdict From(string id, VpcState state, IPAddress to, int port) =>
        Reachability.Of(state, state.Interfaces.Single(one => one.Id == id), to, port is 53 or 123 ? "udp" : "tcp", port);

    private static IEnumerable<string> Text(Verdict verdict) => verdict.Hops.Select(hop => $"{hop.Id} {hop.Text}");

    private static VpcState State(Egress egress) => ExpectedVpc.Of(Definition(egress));

    /// <summary>Two nodes, and an operator.</summary>
    internal static LabDefinition Definition(Egress egress)
    {
        var lab = new LabDefinition();
        return lab with
        {
            Network = lab.Network with { Egress = egress },
            Access = new() { Ipv6 = Home },
            Nodes =
            [
                NodeDefinition.First,
                NodeDefinition.First with
                {
                    Name = "w1",
                    Mac = NodeDefinition.First.Mac.Next(),
                    Address = IPAddress.Parse("10.20.13.12"),
                },
            ],
        };
    }
}
