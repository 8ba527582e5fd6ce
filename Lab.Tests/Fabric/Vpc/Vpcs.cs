using System.Net;
using Lab.Emulation.Network.Vpc;
using Lab.Model.Definition;

namespace Lab.Tests.Fabric.Vpc;

/// <summary>A VPC with a public and a private subnet, and parts to put into it.</summary>
internal static class Vpcs
{
    public const string Gateway = "igw-1";
    public const string Main = "rtb-1";
    public const string PublicTable = "rtb-2";

    public static IReadOnlyList<VpcRoute> Local { get; } =
    [new(IPNetwork.Parse("10.20.0.0/16"), VpcQueries.Local), new(IPNetwork.Parse("2001:db8:20::/56"), VpcQueries.Local)];

    /// <summary>Nothing but the network: both subnets have IPv6, and no table leads out.</summary>
    public static VpcState Empty { get; } =
        new()
        {
            Id = "vpc-1",
            Ipv4Blocks = [IPNetwork.Parse("10.20.0.0/16")],
            Ipv6Blocks = [IPNetwork.Parse("2001:db8:20::/56")],
            Subnets =
            [
                new("subnet-1", IPNetwork.Parse("10.20.13.0/24"), IPNetwork.Parse("2001:db8:20:1::/64"), Main),
                new("subnet-2", IPNetwork.Parse("10.20.1.0/24"), IPNetwork.Parse("2001:db8:20:2::/64"), PublicTable),
            ],
            RouteTables = [new(Main, Local), new(PublicTable, Local)],
            Gateways = [new(Gateway, VpcGatewayKind.Internet)],
        };

    /// <summary>An interface in the private subnet with IPv4 .N and IPv6 ::N.</summary>
    public static VpcInterface Interface(int number, params IReadOnlyList<string> groups) =>
        new(
            $"eni-{number}",
            MacAddress.Parse("02:00:00:00:00:00").Next(number),
            "subnet-1",
            [IPAddress.Parse($"10.20.13.{number}"), IPAddress.Parse($"2001:db8:20:1::{number}")],
            groups
        )
        {
            InstanceId = $"i-{number}",
        };

    /// <summary>A group that lets out what it says and lets in what it says.</summary>
    public static VpcSecurityGroup Group(string id, IReadOnlyList<VpcRule> ingress, IReadOnlyList<VpcRule> egress) => new(id, $"name-of-{id}", ingress, egress);

    public static VpcRule Tcp(int port, string network) => new("tcp", (port, port), IPNetwork.Parse(network), null);

    public static VpcRule Udp(int port, string network) => new("udp", (port, port), IPNetwork.Parse(network), null);

    public static VpcRule FromGroup(string group) => new("-1", null, null, group);

    public static VpcRule All(string network) => new("-1", null, IPNetwork.Parse(network), null);

    /// <summary>The state with another main table, local routes included.</summary>
    public static VpcState WithRoutes(this VpcState state, string table, params IReadOnlyList<VpcRoute> routes) =>
        state with
        {
            RouteTables = [.. state.RouteTables.Select(one => one.Id == table ? new VpcRouteTable(table, [.. Local, .. routes]) : one)],
        };
}
