using System.Net;
using System.Net.Sockets;
using Lab.Emulation.Network.Vpc;
using Lab.Model.Services;

namespace Lab.Emulation.Aws;

/// <summary>Somebody who may talk or be talked to: an interface of the VPC, or a host outside.</summary>
/// <param name="Id">Id of the interface, or the host's name.</param>
/// <param name="Name">For people: <c>bastion</c>, <c>cp1</c>, <c>i-…</c>, <c>ghcr.io</c>.</param>
/// <param name="Interface">The interface; null for a host outside.</param>
/// <param name="Ipv4">IPv4 address; null for none.</param>
/// <param name="Ipv6">IPv6 address; null for none.</param>
public sealed record VpcParty(string Id, string Name, VpcInterface? Interface, IPAddress? Ipv4, IPAddress? Ipv6)
{
    /// <summary>Name of the whole internet, which is asked at a public name server's address.</summary>
    public const string Internet = "internet";

    /// <summary>The interfaces of instances that have not ended: the bastion's first, the others by the address of the instance.</summary>
    public static IReadOnlyList<VpcParty> Inside(VpcState vpc) =>
        [
            .. from one in vpc.Interfaces
            let instance = vpc.Instances.FirstOrDefault(instance => instance.Id == one.InstanceId)
            where instance is not null && instance.State != "terminated"
            orderby instance.AutoScalingGroup is null, Place(vpc, instance), instance.Id, -one.DeviceIndex
            select new VpcParty(one.Id, Named(vpc, instance, one), one, one.AddressOf(AddressFamily.InterNetwork), one.AddressOf(AddressFamily.InterNetworkV6)),
        ];

    /// <summary>The internet, and what the lab needs of it.</summary>
    public static IReadOnlyList<VpcParty> Outside(IReadOnlyList<Dependency> dependencies) =>
        [
            .. dependencies
                .OrderBy(one => one.Name != Dependency.PublicDns)
                .DistinctBy(one => one.Name)
                .Select(one =>
                    one.Name == Dependency.PublicDns
                        ? new VpcParty(Internet, Internet, null, one.Ipv4, one.Ipv6)
                        : new VpcParty(one.Name, one.Name, null, one.Ipv4, one.Ipv6)
                ),
        ];

    /// <summary>Its address of a family; null for none.</summary>
    public IPAddress? AddressOf(AddressFamily family) => family == AddressFamily.InterNetwork ? Ipv4 : Ipv6;

    /// <summary>Whether one can open a connection to another, and the way of its first packet.</summary>
    /// <param name="vpc">The state.</param>
    /// <param name="to">The other.</param>
    /// <param name="family">IPv4 or IPv6.</param>
    /// <param name="protocol">As in a rule: <c>tcp</c>, <c>udp</c>, <c>icmp</c>.</param>
    /// <param name="port">The other's port; 0 for protocols without.</param>
    public Verdict Reaches(VpcState vpc, VpcParty to, AddressFamily family, string protocol, int port) =>
        (Interface, to.Interface, AddressOf(family), to.AddressOf(family)) switch
        {
            (_, _, null, _) => new(false, $"{Name} has no {PacketWay.Name(family)} address", []),
            (_, _, _, null) => new(false, $"{to.Name} has no {PacketWay.Name(family)} address", []),
            ({ } from, _, _, { } address) => Reachability.Of(vpc, from, address, protocol, port),
            (null, { } one, { } outside, _) => Reachability.From(vpc, outside, one, protocol, port),
            _ => new(false, "neither is in the VPC", []),
        };

    /// <summary>By number, so that .9 is before .10.</summary>
    private static string Place(VpcState vpc, VpcInstance instance) =>
        vpc.Interfaces.Where(one => one.InstanceId == instance.Id).MinBy(one => one.DeviceIndex)?.AddressOf(AddressFamily.InterNetwork) is { } address
            ? Convert.ToHexString(address.GetAddressBytes())
            : "";

    /// <summary>What the bastion attached itself, its last interface, has the address that others know it by.</summary>
    private static string Named(VpcState vpc, VpcInstance instance, VpcInterface one)
    {
        var isKnownBy = instance.AutoScalingGroup is null
            ? one.DeviceIndex == 0
            : vpc.Interfaces.All(other => other.InstanceId != one.InstanceId || other.DeviceIndex <= one.DeviceIndex);
        return (instance.AutoScalingGroup is null ? vpc.NameOf(instance) : "bastion") + (isKnownBy ? "" : $" (eth{one.DeviceIndex})");
    }
}
