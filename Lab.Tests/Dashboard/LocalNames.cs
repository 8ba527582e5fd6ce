using System.Net;
using System.Net.Sockets;

namespace Lab.Tests.Dashboard;

/// <summary>Reaches names below localhost as browsers do, without a resolver.</summary>
internal static class LocalNames
{
    /// <summary>A client without cookies of its own, which follows no redirects.</summary>
    public static HttpClient Client(string? address = null)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectCallback = async (connection, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, connection.DnsEndPoint.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        return new HttpClient(handler) { BaseAddress = address is null ? null : new Uri(address) };
    }
}
