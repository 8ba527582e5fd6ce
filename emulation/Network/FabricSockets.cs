using System.Net;
using System.Net.Sockets;
using Lab.Emulation.Network.Isolation;

namespace Lab.Emulation.Network;

/// <summary>Sockets of a lab's hosts. Without a host, the bastion's.</summary>
public static class FabricSockets
{
    /// <summary>SOL_SOCKET and SO_REUSEADDR of socket(7): a port can be listened on again while connections of before are being forgotten (60 s). .NET's ReuseAddress would also let two listen at once.</summary>
    private const int SocketLevel = 1,
        ReuseAddress = 2;

    /// <summary>An IPv4 socket on the bastion.</summary>
    public static Socket CreateSocket(this ILabFabric fabric, SocketType type) => fabric.CreateSocket(LabHost.Bastion, AddressFamily.InterNetwork, type);

    /// <summary>A TCP socket bound to an address of the bastion, ready to listen.</summary>
    public static Socket Bind(this ILabFabric fabric, IPEndPoint endpoint) => fabric.Bind(LabHost.Bastion, endpoint);

    /// <summary>A TCP socket bound to an address of a host, ready to listen.</summary>
    public static Socket Bind(this ILabFabric fabric, LabHost host, IPEndPoint endpoint) => fabric.Bind(host, endpoint, SocketType.Stream);

    /// <summary>A socket bound to an address of a host.</summary>
    public static Socket Bind(this ILabFabric fabric, LabHost host, IPEndPoint endpoint, SocketType type)
    {
        var socket = fabric.CreateSocket(host, endpoint.AddressFamily, type);
        try
        {
            if (type == SocketType.Stream)
            {
                socket.SetRawSocketOption(SocketLevel, ReuseAddress, BitConverter.GetBytes(1));
            }

            socket.Bind(endpoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A TCP connection from the bastion.</summary>
    /// <exception cref="SocketException">Nobody answers.</exception>
    public static Task<Socket> ConnectAsync(this ILabFabric fabric, IPAddress address, int port, CancellationToken cancellationToken) =>
        fabric.ConnectAsync(LabHost.Bastion, address, port, cancellationToken);

    /// <summary>A TCP connection from a host.</summary>
    /// <exception cref="SocketException">Nobody answers.</exception>
    public static async Task<Socket> ConnectAsync(this ILabFabric fabric, LabHost host, IPAddress address, int port, CancellationToken cancellationToken)
    {
        var socket = fabric.CreateSocket(host, address.AddressFamily, SocketType.Stream);
        try
        {
            socket.NoDelay = true;
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>An HTTP client whose connections come from the bastion. Host names cannot be used.</summary>
    public static HttpClient CreateHttpClient(this ILabFabric fabric, TimeSpan timeout, bool followsRedirects = true) =>
        fabric.CreateHttpClient(LabHost.Bastion, timeout, followsRedirects);

    /// <summary>An HTTP client whose connections come from a host. Host names cannot be used.</summary>
    public static HttpClient CreateHttpClient(this ILabFabric fabric, LabHost host, TimeSpan timeout, bool followsRedirects = true) =>
        new(
            new SocketsHttpHandler
            {
                UseProxy = false,
                AllowAutoRedirect = followsRedirects,
                ConnectCallback = async (context, cancellationToken) =>
                    new NetworkStream(
                        await fabric.ConnectAsync(host, IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port, cancellationToken),
                        ownsSocket: true
                    ),
            }
        )
        {
            Timeout = timeout,
        };
}
