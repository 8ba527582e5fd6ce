using System.Net;
using System.Net.Sockets;

namespace Lab.Emulation.Network.Vpc;

/// <summary>A step of a packet's way.</summary>
/// <param name="Id">What it passes: an interface, a security group, a route table, a gateway.</param>
/// <param name="Text">What happens there: <c>out: tcp 443 to 0.0.0.0/0</c>, <c>0.0.0.0/0 via nat-…</c>.</param>
public sealed record Hop(string Id, string Text);

/// <summary>Whether a connection comes about.</summary>
/// <param name="IsAllowed">True when it does.</param>
/// <param name="Reason">Why not, or what let it through last.</param>
/// <param name="Hops">The way, up to where it ends.</param>
public sealed record Verdict(bool IsAllowed, string Reason, IReadOnlyList<Hop> Hops);

/// <summary>
/// Who reaches whom in a VPC, worked out from its state alone: what routes and security groups let through, for the first packet of a
/// connection and for its answer. Whether somebody listens there is another question.
/// </summary>
internal static class Reachability
{
    /// <summary>The way from an interface to an address, inside the VPC or outside.</summary>
    /// <param name="vpc">The state.</param>
    /// <param name="from">Where the packet starts.</param>
    /// <param name="to">Where it shall go.</param>
    /// <param name="protocol">As in a rule: <c>tcp</c>, <c>udp</c>, <c>icmp</c>.</param>
    /// <param name="port">The other side's port; 0 for protocols without.</param>
    public static Verdict Of(VpcState vpc, VpcInterface from, IPAddress to, string protocol, int port) => new PacketWay(vpc, protocol, port).Leave(from, to);

    /// <summary>The way from an interface to another.</summary>
    public static Verdict Of(VpcState vpc, VpcInterface from, VpcInterface to, AddressFamily family, string protocol, int port) =>
        to.AddressOf(family) is { } address
            ? Of(vpc, from, address, protocol, port)
            : new Verdict(false, $"{to.Id} has no {PacketWay.Name(family)} address", []);

    /// <summary>The way from an address outside to an interface of the VPC.</summary>
    public static Verdict From(VpcState vpc, IPAddress outside, VpcInterface to, string protocol, int port) =>
        new PacketWay(vpc, protocol, port).ComeIn(outside, to);
}
