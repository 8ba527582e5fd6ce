using System.Net;
using System.Net.Sockets;
using Lab.Emulation.Network.Vpc;
using Lab.Model.Services;

namespace Lab.Emulation.Aws;

/// <summary>One field of the matrix: an instance, a thing that it may need, over IPv4 or IPv6.</summary>
/// <param name="From">The instance's first interface.</param>
/// <param name="To">What it shall reach.</param>
/// <param name="Family">IPv4 or IPv6.</param>
/// <param name="Address">The other side's address; null when it has none of the family.</param>
/// <param name="Verdict">Whether it does.</param>
internal sealed record MatrixField(VpcInterface From, Dependency To, AddressFamily Family, IPAddress? Address, Verdict Verdict);

/// <summary>Each instance and each dependency, over IPv4 and IPv6.</summary>
internal static class ReachabilityMatrix
{
    /// <summary>The matrix, instance by instance.</summary>
    public static IReadOnlyList<MatrixField> Of(VpcState vpc, IReadOnlyList<Dependency> dependencies) =>
        [
            .. from one in vpc.Interfaces
            where one is { InstanceId: not null, DeviceIndex: 0 }
            from dependency in dependencies
            from family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 }
            let address = family == AddressFamily.InterNetwork ? dependency.Ipv4 : dependency.Ipv6
            select new MatrixField(
                one,
                dependency,
                family,
                address,
                address is null
                    ? new Verdict(false, $"{dependency.Name} has no IPv6 address", [])
                    : Reachability.Of(vpc, one, address, dependency.Protocol, dependency.Port)
            ),
        ];
}
