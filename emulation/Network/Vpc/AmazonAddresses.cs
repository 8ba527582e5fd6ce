using System.Net;
using Lab.Model.Definition;

namespace Lab.Emulation.Network.Vpc;

/// <summary>
/// The addresses of the services that every VPC has, which no security group filters
/// (https://docs.aws.amazon.com/vpc/latest/userguide/infrastructure-security.html).
/// </summary>
public static class AmazonAddresses
{
    /// <summary>Instance metadata over IPv4.</summary>
    public static IPAddress Metadata { get; } = IPAddress.Parse("169.254.169.254");

    /// <summary>Instance metadata over IPv6.</summary>
    public static IPAddress Metadata6 { get; } = IPAddress.Parse("fd00:ec2::254");

    /// <summary>Time over IPv4.</summary>
    public static IPAddress Time => DhcpOptionsDefinition.AmazonTime;

    /// <summary>Time over IPv6.</summary>
    public static IPAddress Time6 { get; } = IPAddress.Parse("fd00:ec2::123");

    /// <summary>The resolver's link-local address.</summary>
    public static IPAddress Resolver { get; } = IPAddress.Parse("169.254.169.253");

    /// <summary>The resolver over IPv6.</summary>
    public static IPAddress Resolver6 { get; } = IPAddress.Parse("fd00:ec2::253");

    /// <summary>The addresses that are the same in every VPC.</summary>
    public static IReadOnlyList<IPAddress> LinkLocal { get; } = [Metadata, Metadata6, Time, Time6, Resolver, Resolver6];

    /// <summary>The resolver's address in a VPC: the base address plus two.</summary>
    public static IPAddress ResolverOf(VpcState vpc) => vpc.Ipv4Blocks[0].BaseAddress.Plus(2);

    /// <summary>The router of a subnet: the base address plus one.</summary>
    public static IPAddress RouterOf(VpcSubnet subnet) => subnet.Ipv4.BaseAddress.Plus(1);

    /// <summary>The router's address in a subnet's IPv6 network; null without one.</summary>
    public static IPAddress? Router6Of(VpcSubnet subnet)
    {
        if (subnet.Ipv6 is not { } network)
        {
            return null;
        }

        var bytes = network.BaseAddress.GetAddressBytes();
        bytes[15] |= 1;
        return new IPAddress(bytes);
    }
}
