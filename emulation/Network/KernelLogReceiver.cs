using System.Net;
using System.Net.Sockets;
using System.Text;
using Lab.Emulation.Linux;
using Lab.Emulation.Network.Isolation;

namespace Lab.Emulation.Network;

/// <summary>
/// Listens to what machines send of their logs, on one port: over TCP as a Talos does (<c>talos.logging.kernel=tcp://…</c>), a message a
/// line; over UDP as netconsole does, one or more lines a packet. Nothing is answered.
/// </summary>
public sealed class KernelLogReceiver : IAsyncDisposable
{
    /// <summary>Anybody on the network can connect: who comes later than these waits until one of them has gone.</summary>
    private const int MostConnections = 128;

    private const int LargestPacket = 64 * 1024;

    private readonly CancellationTokenSource _stop = new();
    private readonly Action<IPAddress, string> _heard;
    private readonly Socket _connections;
    private readonly Socket _packets;
    private Task _running = Task.CompletedTask;

    /// <summary>Takes the ports; nothing is read yet.</summary>
    /// <param name="fabric">The lab's network.</param>
    /// <param name="address">Where the bastion is reached.</param>
    /// <param name="port">TCP and UDP.</param>
    /// <param name="heard">Gets the sender's address and a line.</param>
    /// <exception cref="SocketException">Another program has one of them.</exception>
    public KernelLogReceiver(ILabFabric fabric, IPAddress address, int port, Action<IPAddress, string> heard)
    {
        _heard = heard;
        var endpoint = new IPEndPoint(address, port);
        _connections = fabric.Bind(LabHost.Bastion, endpoint, SocketType.Stream);
        try
        {
            _connections.Listen();
            _packets = fabric.Bind(LabHost.Bastion, endpoint, SocketType.Dgram);
        }
        catch
        {
            _connections.Dispose();
            throw;
        }
    }

    /// <summary>Begins to read.</summary>
    public void Start() => _running = Task.WhenAll(AcceptAsync(), ReadPacketsAsync());

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _connections.Dispose();
        _packets.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                open.Add(ReadAsync(await _connections.AcceptAsync(_stop.Token)));
                open.RemoveAll(reading => reading.IsCompleted);
                if (open.Count >= MostConnections)
                {
                    await Task.WhenAny(open);
                }
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // Who wanted to connect has gone, or the lab ends.
            }
        }

        await Task.WhenAll(open);
    }

    private async Task ReadAsync(Socket connection)
    {
        using var socket = connection;
        try
        {
            // A machine that is switched off does not say so.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, optionValue: true);
            var from = ((IPEndPoint)socket.RemoteEndPoint!).Address;
            await using var stream = new NetworkStream(socket);
            await new LineSplitter(line => _heard(from, line)).ReadAsync(stream, _stop.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // The machine is off, or the lab ends.
        }
    }

    private async Task ReadPacketsAsync()
    {
        var buffer = new byte[LargestPacket];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var packet = await _packets.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                var from = ((IPEndPoint)packet.RemoteEndPoint).Address;
                var lines = new LineSplitter(line => _heard(from, line));
                lines.Append(Encoding.UTF8.GetString(buffer, 0, packet.ReceivedBytes));
                lines.End();
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // A sender has gone, or the lab ends.
            }
        }
    }
}
