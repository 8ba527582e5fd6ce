using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Lab.Emulation.Network;
using Lab.Emulation.Network.Isolation;

namespace Lab.Emulation.Services;

/// <summary>
/// Asks the lab's name server for the IPv4 address of a name (RFC 1035) and expects the right one. It asks in capitals, which means the
/// same, and dnsmasq logs a name as it was asked for: so these lines are told from everybody else's.
/// </summary>
internal sealed class DnsProbe(ILabFabric fabric, IPEndPoint server, string name, IPAddress expected) : IHealthProbe
{
    private const ushort QueryId = 0x4c42;
    private const int HeaderLength = 12;

    private string AskedName => name.ToUpperInvariant();

    /// <summary>Who asks.</summary>
    public LabHost Host { get; init; } = LabHost.Bastion;

    /// <inheritdoc />
    public string Question => $"A {name}";

    /// <inheritdoc />
    public bool Leaves(string line) =>
        line.Contains($": query[A] {AskedName} from ", StringComparison.Ordinal) || line.EndsWith($" {AskedName} is {expected}", StringComparison.Ordinal);

    /// <inheritdoc />
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        using var socket = fabric.CreateSocket(Host, server.AddressFamily, SocketType.Dgram);

        // Connected, the socket learns at once that nobody listens.
        await socket.ConnectAsync(server, cancellationToken);
        await socket.SendAsync(Query(AskedName), cancellationToken);
        var buffer = new byte[512];
        var length = await socket.ReceiveAsync(buffer, cancellationToken);
        var answer = Answer(buffer.AsSpan(0, length));
        if (!expected.Equals(answer))
        {
            throw new InvalidDataException($"answered with {answer?.ToString() ?? "no address"}, expected {expected}");
        }
    }

    private static byte[] Query(string name)
    {
        var message = new List<byte>(HeaderLength + name.Length + 6);
        message.AddRange([QueryId >> 8, QueryId & 0xff, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        foreach (var label in name.Split('.'))
        {
            message.Add((byte)label.Length);
            message.AddRange(Encoding.ASCII.GetBytes(label));
        }

        message.AddRange([0, 0, 1, 0, 1]);
        return [.. message];
    }

    /// <summary>The address in the only answer record, which is the last thing in the message.</summary>
    private static IPAddress? Answer(ReadOnlySpan<byte> message) =>
        message.Length > HeaderLength + 4 && BinaryPrimitives.ReadUInt16BigEndian(message) == QueryId && BinaryPrimitives.ReadUInt16BigEndian(message[6..]) == 1
            ? new IPAddress(message[^4..])
            : null;
}
