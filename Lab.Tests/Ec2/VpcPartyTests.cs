using System.Net.Sockets;
using Lab.Emulation.Aws;
using Lab.Emulation.Network.Vpc;
using Lab.Model.Definition;
using Lab.Model.Services;
using Lab.Tests.Fabric.Vpc;

namespace Lab.Tests.Ec2;

/// <summary>Who is in a VPC and outside, and what people call it.</summary>
public sealed class VpcPartyTests
{
    [Fact]
    public void The_bastion_is_known_by_the_interface_that_it_attached_itself() =>
        Assert.Equal(
            [("eni-bastion1", "bastion"), ("eni-bastion0", "bastion (eth0)"), ("eni-cp1", "i-cp1"), ("eni-w1", "i-w1")],
            VpcParty.Inside(State()).Select(party => (party.Id, party.Name))
        );

    [Fact]
    public void An_instance_that_has_ended_is_nobody()
    {
        var state = State();
        state = state with { Instances = [.. state.Instances.Select(instance => instance.Id == "i-cp1" ? instance with { State = "terminated" } : instance)] };
        Assert.DoesNotContain(VpcParty.Inside(state), party => party.Name == "i-cp1");
    }

    [Fact]
    public void The_internet_comes_first_and_each_host_once()
    {
        var outside = VpcParty.Outside(Dependency.Of(new LabDefinition())).Select(party => party.Name).ToList();
        Assert.Equal(VpcParty.Internet, outside[0]);
        Assert.Equal(outside.Distinct(), outside);
        Assert.Contains("ghcr.io", outside);
    }

    [Theory]
    [InlineData("i-cp1", "bastion", AddressFamily.InterNetwork, 8080, true, "to 10.20.13.140")]
    [InlineData("internet", "i-cp1", AddressFamily.InterNetwork, 50000, false, "eni-cp1 has no public IPv4 address")]
    [InlineData("i-cp1", "ghcr.io", AddressFamily.InterNetworkV6, 443, false, "i-cp1 has no IPv6 address")]
    [InlineData("internet", "ghcr.io", AddressFamily.InterNetwork, 443, false, "neither is in the VPC")]
    public void A_connection_has_a_verdict_with_its_reason(string from, string to, AddressFamily family, int port, bool isAllowed, string reason)
    {
        var state = State();
        var all = VpcParty.Inside(state).Concat(VpcParty.Outside(Dependency.Of(new LabDefinition()))).ToDictionary(party => party.Name);
        var verdict = all[from].Reaches(state, all[to], family, "tcp", port);
        Assert.Equal((isAllowed, reason), (verdict.IsAllowed, verdict.Reason));
    }

    [Fact]
    public void A_counter_is_a_sentence()
    {
        var state = State();
        Assert.Equal("bastion-sg ingress: all from talos-nodes-sg", state.Sentence("sg-bastion-sg", "in: all from talos-nodes-sg"));
        Assert.Equal("i-cp1 egress: no rule allows it", state.Sentence("eni-cp1", "out: no rule allows it"));
        Assert.Equal("NAT gateway ingress: NAT answers only", state.Sentence("nat-lab", "in: NAT answers only"));
    }

    /// <summary>The bastion is an instance of its group, as deployed.</summary>
    private static VpcState State()
    {
        var state = ExpectedVpc.Of(ReachabilityTests.Definition(Egress.NatGateway));
        return state with
        {
            Instances = [.. state.Instances.Select(instance => instance.Id == "i-bastion" ? instance with { AutoScalingGroup = "tf-asg" } : instance)],
        };
    }
}
