using System.Net;
using System.Net.Sockets;
using System.Text;
using Lab.Emulation.Fabric;

namespace Lab.Emulation.Services;

/// <summary>Reads the first block of a file over TFTP (RFC 1350) and leaves it there.</summary>
public sealed class TftpProbe(LabFabric fabric, IPEndPoint server, string file) : IHealthProbe
{
    private const byte ReadRequest = 1;
    private const byte Data = 3;
    private const byte Error = 5;

    /// <inheritdoc />
    public string Question => $"TFTP {file}";

    /// <inheritdoc />
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        using var socket = fabric.CreateSocket(SocketType.Dgram);
        byte[] request = [0, ReadRequest, .. Encoding.ASCII.GetBytes($"{file}\0octet\0")];
        await socket.SendToAsync(request, server, cancellationToken);
        var buffer = new byte[1024];
        var answer = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), cancellationToken);
        var data = buffer.AsMemory(0, answer.ReceivedBytes);
        if (data.Length < 4 || data.Span[1] is not Data)
        {
            throw new InvalidDataException(data.Length > 5 && data.Span[1] == Error
                ? $"refused: {Encoding.ASCII.GetString(data.Span[4..^1])}"
                : "answered with no data");
        }

        await socket.SendToAsync(Encoding.ASCII.GetBytes("\0\u0005\0\0probe is done\0"), answer.RemoteEndPoint, cancellationToken);
    }
}
