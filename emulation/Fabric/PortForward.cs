using System.Net;
using System.Net.Sockets;

namespace Lab.Emulation.Fabric;

/// <summary>A way in: a port of the host's loopback that leads to a TCP port of the bastion.</summary>
public sealed class PortForward : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TcpListener _listener;
    private readonly Task _accepting;

    private PortForward(TcpListener listener, ILabFabric fabric, IPAddress address, int port)
    {
        _listener = listener;
        _accepting = AcceptAsync(fabric, address, port);
    }

    /// <summary>The port on 127.0.0.1.</summary>
    public int LocalPort => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Opens the way in, on the same port number where the host has it free, else on any other.</summary>
    public static PortForward Open(ILabFabric fabric, IPAddress address, int port) => new(LoopbackListener.Open(port), fabric, address, port);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync(ILabFabric fabric, IPAddress address, int port)
    {
        var connections = new HashSet<Task>();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                connections.RemoveWhere(task => task.IsCompleted);
                connections.Add(ForwardAsync(client, fabric, address, port));
            }
            catch (SocketException)
            {
                // The client has gone before it was accepted.
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                break;
            }
        }

        await Task.WhenAll(connections);
    }

    private async Task ForwardAsync(Socket client, ILabFabric fabric, IPAddress address, int port)
    {
        using (client)
        {
            try
            {
                using var server = await fabric.ConnectAsync(address, port, _stop.Token);
                await StreamRelay.RunAsync(client, server, _stop.Token);
            }
            catch (Exception e) when (e is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
            {
                // Closing the connection is all that the client needs to know.
            }
        }
    }
}
