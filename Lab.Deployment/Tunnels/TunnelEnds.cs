using System.Net;
using System.Net.Sockets;

namespace Lab.Deployment.Tunnels;

/// <summary>Sockets for the ends of tunnels on this machine.</summary>
internal static class TunnelEnds
{
    /// <summary>A socket that fits an end.</summary>
    public static Socket Socket(EndPoint end) =>
        end is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
}
