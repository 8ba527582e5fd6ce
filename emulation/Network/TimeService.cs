using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Lab.Emulation.Network.Isolation;

namespace Lab.Emulation.Network;

/// <summary>Tells this machine's time over SNTP (RFC 4330): on the bastion of a home, for the machines of a real network, and as Amazon's time service at 169.254.169.123.</summary>
public sealed class TimeService : IAsyncDisposable
{
    /// <summary>The reference of Amazon's time service.</summary>
    internal const string Amazon = "AMZN";

    /// <summary>The reference of a server that takes the time from its own clock.</summary>
    private const string OwnClock = "LOCL";

    /// <summary>UDP port of NTP.</summary>
    internal const int Port = 123;

    /// <summary>Bytes of a question and of an answer.</summary>
    internal const int PacketLength = 48;
    private const byte ServerVersion4 = 0x24;
    private const byte ModeBits = 0b111;

    /// <summary>Only who asks is answered: an answer to an answer, with a sender's address that is not its own, would go to and fro for ever.</summary>
    internal const byte ModeClient = 3;
    private const byte Stratum = 3;
    private const byte PrecisionMicrosecond = unchecked((byte)-20);
    private const int Reference = 12;
    private const int Originate = 24;
    private const int Receive = 32;
    private const int Transmit = 40;

    /// <summary>NTP counts from 1900.</summary>
    private static readonly DateTime Epoch = new(1900, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly CancellationTokenSource _stop = new();
    private readonly IReadOnlyList<Socket> _sockets;
    private readonly string _reference;
    private readonly Task _running;

    /// <summary>Starts answering on addresses of a host.</summary>
    /// <param name="fabric">The lab's network.</param>
    /// <param name="host">Who answers.</param>
    /// <param name="addresses">Where.</param>
    /// <param name="reference">Where its time is from: four letters (RFC 4330, reference identifier).</param>
    public TimeService(ILabFabric fabric, LabHost host, IEnumerable<IPAddress> addresses, string reference = OwnClock)
    {
        _reference = reference;
        _sockets = [.. addresses.Select(address => fabric.Bind(host, new IPEndPoint(address, Port), SocketType.Dgram))];
        _running = Task.WhenAll(_sockets.Select(ServeAsync));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _sockets.ToList().ForEach(socket => socket.Dispose());
        _stop.Dispose();
    }

    private byte[] Answer(ReadOnlySpan<byte> request, DateTime now)
    {
        var answer = new byte[PacketLength];
        (answer[0], answer[1], answer[2], answer[3]) = (ServerVersion4, Stratum, request[2], PrecisionMicrosecond);
        Encoding.ASCII.GetBytes(_reference, answer.AsSpan(Reference));
        var time = Timestamp(now);
        BinaryPrimitives.WriteUInt64BigEndian(answer.AsSpan(16), time);
        request.Slice(Transmit, 8).CopyTo(answer.AsSpan(Originate));
        BinaryPrimitives.WriteUInt64BigEndian(answer.AsSpan(Receive), time);
        BinaryPrimitives.WriteUInt64BigEndian(answer.AsSpan(Transmit), time);
        return answer;
    }

    /// <summary>Seconds in the upper half, fractions of one in the lower.</summary>
    private static ulong Timestamp(DateTime time)
    {
        var ticks = (ulong)(time - Epoch).Ticks;
        return (ticks / TimeSpan.TicksPerSecond << 32) + ((ticks % TimeSpan.TicksPerSecond << 32) / TimeSpan.TicksPerSecond);
    }

    private async Task ServeAsync(Socket socket)
    {
        var buffer = new byte[512];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var request = await socket.ReceiveFromAsync(
                    buffer,
                    new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0),
                    _stop.Token
                );
                if (request.ReceivedBytes >= PacketLength && (buffer[0] & ModeBits) == ModeClient)
                {
                    await socket.SendToAsync(Answer(buffer.AsSpan(0, request.ReceivedBytes), DateTime.UtcNow), request.RemoteEndPoint, _stop.Token);
                }
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // The asker has gone, or the service ends.
            }
        }
    }
}
