using System.Net;
using Lab.Emulation.Aws;
using Lab.Emulation.Network.Vpc;

namespace Lab.UnitTests.Emulation;

public sealed class VpcNamingTests
{
    private static readonly VpcState Vpc = new()
    {
        Id = "vpc-1",
        Ipv4Blocks = [IPNetwork.Parse("10.20.0.0/16")],
        Gateways = [new("igw-1", VpcGatewayKind.Internet), new("nat-1", VpcGatewayKind.Nat)],
        SecurityGroups = [new("sg-1", "talos-nodes-sg", [], [])],
        RouteTables =
        [
            new("rtb-1", [new(IPNetwork.Parse("10.20.0.0/16"), "local"), new(IPNetwork.Parse("0.0.0.0/0"), "igw-1")]),
            new("rtb-2", [new(IPNetwork.Parse("0.0.0.0/0"), "nat-1"), new(IPNetwork.Parse("::/0"), "igw-1")]),
        ],
    };

    [Theory]
    [InlineData("rtb-1", "public")]
    [InlineData("rtb-2", "private")]
    [InlineData("rtb-3", "private")]
    public void A_subnet_is_public_where_IPv4_leaves_by_the_internet_gateway(string table, string kind) =>
        Assert.Equal(kind, Vpc.KindOf(new VpcSubnet("subnet-1", IPNetwork.Parse("10.20.1.0/24"), null, table)));

    [Theory]
    [InlineData("10.20.0.0/16", "local", "10.20.0.0/16 stays in the VPC")]
    [InlineData("0.0.0.0/0", "nat-1", "everything else over IPv4 goes to the NAT gateway")]
    [InlineData("::/0", "igw-1", "everything else over IPv6 goes to the internet gateway")]
    [InlineData("10.30.0.0/16", "eni-7", "10.30.0.0/16 goes to eni-7")]
    public void A_route_is_a_sentence(string destination, string target, string sentence) =>
        Assert.Equal(sentence, Vpc.Sentence(new VpcRoute(IPNetwork.Parse(destination), target)));

    [Theory]
    [InlineData("tcp", 8080, 8080, null, "sg-1", true, "accepts tcp 8080 from talos-nodes-sg")]
    [InlineData("tcp", 5050, 5054, "10.0.0.0/8", null, true, "accepts tcp 5050 to 5054 from 10.0.0.0/8")]
    [InlineData("-1", null, null, "0.0.0.0/0", null, false, "may send everything to anywhere over IPv4")]
    [InlineData("icmpv6", null, null, "::/0", null, false, "may send icmpv6 to anywhere over IPv6")]
    public void A_rule_is_a_sentence(string protocol, int? first, int? last, string? network, string? group, bool isIngress, string sentence)
    {
        var rule = new VpcRule(protocol, first is null ? null : (first.Value, last!.Value), network is null ? null : IPNetwork.Parse(network), group);

        Assert.Equal(sentence, Vpc.Sentence(rule, isIngress));
    }
}
