using System.Net;
using System.Net.Sockets;

namespace Lab.Emulation.Network.Vpc;

/// <summary>What follows from a VPC's state.</summary>
public static class VpcQueries
{
    /// <summary>The target of a route that stays inside the VPC.</summary>
    public const string Local = "local";

    /// <summary>The subnet of an interface; null when the state does not have it.</summary>
    public static VpcSubnet? SubnetOf(this VpcState vpc, VpcInterface one) => vpc.Subnets.FirstOrDefault(subnet => subnet.Id == one.SubnetId);

    /// <summary>The route that a packet takes which leaves a subnet: the longest prefix; null for none.</summary>
    public static VpcRoute? RouteFor(this VpcState vpc, VpcSubnet? subnet, IPAddress destination) =>
        vpc
            .RouteTables.FirstOrDefault(table => table.Id == subnet?.RouteTableId)
            ?.Routes.Where(route => route.Destination.Contains(destination))
            .MaxBy(route => route.Destination.PrefixLength);

    /// <summary>A gateway by its id; null when there is none.</summary>
    public static VpcGateway? Gateway(this VpcState vpc, string id) => vpc.Gateways.FirstOrDefault(gateway => gateway.Id == id);

    /// <summary>The interface that has a private address; null for none.</summary>
    public static VpcInterface? InterfaceWith(this VpcState vpc, IPAddress address) => vpc.Interfaces.FirstOrDefault(one => one.Addresses.Contains(address));

    /// <summary>The private addresses that a security group stands for where a rule names it.</summary>
    public static IEnumerable<IPAddress> MembersOf(this VpcState vpc, string groupId) =>
        vpc.Interfaces.Where(one => one.SecurityGroupIds.Contains(groupId)).SelectMany(one => one.Addresses);

    /// <summary>The groups of an interface.</summary>
    public static IEnumerable<VpcSecurityGroup> GroupsOf(this VpcState vpc, VpcInterface one) =>
        vpc.SecurityGroups.Where(group => one.SecurityGroupIds.Contains(group.Id));

    /// <summary>The interface's first address of a family; null for none.</summary>
    public static IPAddress? AddressOf(this VpcInterface one, AddressFamily family) => one.Addresses.FirstOrDefault(address => address.AddressFamily == family);

    /// <summary>True when a NAT gateway's own subnet leads it to the internet gateway.</summary>
    public static bool CanLeave(this VpcState vpc, VpcGateway nat, IPAddress destination) =>
        vpc.RouteFor(vpc.Subnets.FirstOrDefault(subnet => subnet.Id == nat.SubnetId), destination) is { } route
        && vpc.Gateway(route.Target)?.Kind == VpcGatewayKind.Internet;
}
