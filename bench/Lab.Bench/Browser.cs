using System.Net;
using System.Net.Sockets;

namespace Lab.Bench;

/// <summary>Logs in to a lab's dashboard as a browser does. Names below localhost are this machine's loopback (RFC 6761), which not every resolver knows.</summary>
internal static class Browser
{
    /// <summary>The first page after the login.</summary>
    /// <exception cref="HttpRequestException">There is none.</exception>
    public static async Task<string> FirstPageAsync(string link)
    {
        using var client = new HttpClient(
            new SocketsHttpHandler
            {
                CookieContainer = new CookieContainer(),
                ConnectCallback = async (connection, cancellationToken) =>
                {
                    var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                    await socket.ConnectAsync(IPAddress.Loopback, connection.DnsEndPoint.Port, cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            }
        );
        await client.GetStringAsync(link);
        return await client.GetStringAsync(new Uri(new Uri(link), "/"));
    }
}
