using System.Net;
using System.Net.Sockets;
using System.Text;
using Lab.Emulation.Network;

namespace Lab.Emulation.Services;

/// <summary>Reads a file over TFTP (RFC 1350); one of less than 512 bytes, which is a single block.</summary>
internal sealed class TftpProbe(ILabFabric fabric, IPEndPoint server, string file) : IHealthProbe
{
    /// <summary>IP_RECVERR of ip(7): a socket that is not connected, as the answer comes from another port, learns too that nobody listens.</summary>
    private const int IpLevel = 0,
        ReceiveErrors = 11;

    private const byte ReadRequest = 1;
    private const byte Data = 3;
    private const byte Acknowledgement = 4;
    private const byte Error = 5;

    /// <inheritdoc />
    public string Question => $"TFTP {file}";

    /// <summary>dnsmasq names who got a file: machines that boot have other addresses than the server itself.</summary>
    public bool Leaves(string line) =>
        line.Contains(": sent ", StringComparison.Ordinal) && line.EndsWith($"/{file} to {server.Address}", StringComparison.Ordinal);

    /// <inheritdoc />
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        using var socket = fabric.CreateSocket(SocketType.Dgram);
        socket.SetRawSocketOption(IpLevel, ReceiveErrors, BitConverter.GetBytes(1));
        byte[] request = [0, ReadRequest, .. Encoding.ASCII.GetBytes($"{file}\0octet\0")];
        await socket.SendToAsync(request, server, cancellationToken);
        var buffer = new byte[1024];
        var answer = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), cancellationToken);
        var data = buffer.AsMemory(0, answer.ReceivedBytes);
        if (data.Length < 4 || data.Span[1] is not Data)
        {
            throw new InvalidDataException(
                data.Length > 5 && data.Span[1] == Error ? $"refused: {Encoding.ASCII.GetString(data.Span[4..^1])}" : "answered with no data"
            );
        }

        byte[] acknowledgement = [0, Acknowledgement, data.Span[2], data.Span[3]];
        await socket.SendToAsync(acknowledgement, answer.RemoteEndPoint, cancellationToken);
    }
}
