using System.Net;
using System.Net.Sockets;
using Lab.Emulation.Network.Isolation;

namespace Lab.Emulation.Network;

/// <summary>Asks a time server once over SNTP (RFC 4330).</summary>
public static class TimeQuery
{
    private const byte ClientVersion4 = (4 << 3) | TimeService.ModeClient;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>Whether it answers within two seconds.</summary>
    /// <param name="fabric">The lab's network.</param>
    /// <param name="host">Who asks.</param>
    /// <param name="server">The time server.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<bool> IsAnsweredAsync(ILabFabric fabric, LabHost host, IPAddress server, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Timeout);
        using var socket = fabric.CreateSocket(host, server.AddressFamily, SocketType.Dgram);
        try
        {
            var packet = new byte[TimeService.PacketLength];
            packet[0] = ClientVersion4;
            await socket.ConnectAsync(new IPEndPoint(server, TimeService.Port), deadline.Token);
            await socket.SendAsync(packet, deadline.Token);
            return await socket.ReceiveAsync(packet, deadline.Token) == TimeService.PacketLength;
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
