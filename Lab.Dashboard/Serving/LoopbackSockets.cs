using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Lab.Dashboard.Serving;

/// <summary>
/// One port of both loopback addresses. Browsers reach a name below <c>localhost</c> by either: where the lab listened on one only, a
/// program of another user could listen on the other and be sent the lab's links and cookies.
/// </summary>
internal static class LoopbackSockets
{
    private const int Attempts = 20;

    /// <summary>Binds the wanted port, or another one where it is not free on both.</summary>
    public static IReadOnlyList<Socket> Bind(int wanted)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return BindPair(attempt == 1 ? wanted : 0);
            }
            catch (SocketException) when (attempt < Attempts)
            {
                // Taken: any other will do.
            }
        }
    }

    private static IReadOnlyList<Socket> BindPair(int port)
    {
        var first = Claim(new IPEndPoint(IPAddress.Loopback, port));
        try
        {
            return [first, Claim(new IPEndPoint(IPAddress.IPv6Loopback, ((IPEndPoint)first.LocalEndPoint!).Port))];
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported)
        {
            // This machine has no IPv6: nobody else can listen there either.
            return [first];
        }
        catch (SocketException)
        {
            first.Dispose();
            throw;
        }
    }

    /// <summary>Two programs may bind one port (SO_REUSEADDR); it belongs to the one that listens.</summary>
    private static Socket Claim(IPEndPoint endpoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        try
        {
            socket.Listen();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
