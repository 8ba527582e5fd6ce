using System.Net;
using System.Net.Sockets;
using Lab.Emulation.Linux;

namespace Lab.Emulation.Network;

/// <summary>
/// A TCP port of one side, this machine's loopback or the bastion's, that leads to one of the other side. What leads in is for the user that
/// runs the lab, and for root: the boot server gives machine configurations to who can ask.
/// </summary>
public sealed class PortForward : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _listener;
    private readonly Func<Socket, CancellationToken, Task<Socket>> _connect;
    private readonly Func<Socket, bool> _admits;
    private readonly Task _accepting;

    private PortForward(Socket listener, Func<Socket, CancellationToken, Task<Socket>> connect, Func<Socket, bool> admits)
    {
        (_listener, _connect, _admits) = (listener, connect, admits);
        _accepting = AcceptAsync();
    }

    /// <summary>The port that it listens on.</summary>
    public int LocalPort => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Opens a way in: on the same port number where the host has it free, else on any other.</summary>
    public static PortForward Open(ILabFabric fabric, IPAddress address, int port) =>
        new(
            LoopbackListener.Open(port).Server,
            (_, stop) => fabric.ConnectAsync(address, port, stop),
            client => PeerUser.IsTrustedOnLoopback(client.RemoteEndPoint, client.LocalEndPoint)
        );

    /// <summary>Opens a way out: what listens on a port of this machine's loopback is found at the same address on the bastion.</summary>
    public static PortForward OpenOut(ILabFabric fabric, int port) =>
        OpenOut(
            fabric,
            new IPEndPoint(IPAddress.Loopback, port),
            async (_, stop) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync("localhost", port, stop);
                    return socket;
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            }
        );

    /// <summary>Opens a way out at an address of the bastion.</summary>
    /// <param name="fabric">The lab's network.</param>
    /// <param name="endpoint">Where the bastion listens.</param>
    /// <param name="connect">Connects to where a connection leads.</param>
    internal static PortForward OpenOut(ILabFabric fabric, IPEndPoint endpoint, Func<Socket, CancellationToken, Task<Socket>> connect)
    {
        var listener = fabric.Bind(endpoint);
        listener.Listen();
        return new PortForward(listener, connect, _ => true);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new HashSet<Task>();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptAsync(_stop.Token);
                connections.RemoveWhere(task => task.IsCompleted);
                connections.Add(ForwardAsync(client));
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

    private async Task ForwardAsync(Socket client)
    {
        using (client)
        {
            try
            {
                if (!_admits(client))
                {
                    return;
                }

                using var server = await _connect(client, _stop.Token);
                await StreamRelay.RunAsync(client, server, _stop.Token);
            }
            catch (Exception e) when (e is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
            {
                // Closing the connection is all that the client needs to know.
            }
        }
    }
}
