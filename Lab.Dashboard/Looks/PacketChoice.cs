using System.Net.Sockets;

namespace Lab.Dashboard.Looks;

/// <summary>A packet whose path through a VPC is asked for.</summary>
/// <param name="From">Who sends it: id of a <see cref="Emulation.Aws.VpcParty"/>; null for none chosen.</param>
/// <param name="To">Who should get it; null for none chosen.</param>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c>, <c>icmp</c> or <c>icmpv6</c>.</param>
/// <param name="Port">The port; 0 for protocols without.</param>
/// <param name="Family">IPv4 or IPv6.</param>
public sealed record PacketChoice(
    string? From = null,
    string? To = null,
    string Protocol = "tcp",
    int Port = 8080,
    AddressFamily Family = AddressFamily.InterNetwork
);
