using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Lab.Emulation.Network.Isolation;
using Lab.Model.Definition;

namespace Lab.Emulation.Network;

/// <summary>What a DHCP server offers (RFC 2131).</summary>
/// <param name="Server">The server's own address.</param>
/// <param name="Address">The address that it would give.</param>
/// <param name="BootFile">The file that it names for network boot; null for none.</param>
public sealed record DhcpOffer(IPAddress Server, IPAddress Address, string? BootFile);

/// <summary>
/// Asks a network which DHCP servers answer on it: with one DISCOVER as network boot firmware sends it, of a machine that there is not.
/// No offer is taken.
/// </summary>
public static class DhcpDiscovery
{
    private const int ServerPort = 67;
    private const int ClientPort = 68;
    private const int TransactionAt = 4,
        AddressAt = 16,
        HardwareAt = 28,
        FileAt = 108,
        FileLength = 128,
        CookieAt = 236,
        OptionsAt = 240;
    private const byte Pad = 0,
        BootFileOption = 67,
        MessageType = 53,
        ServerIdentifier = 54,
        End = 255;
    private const byte Discover = 1,
        Offer = 2;

    /// <summary>SOL_SOCKET, SO_REUSEADDR and SO_BINDTODEVICE of socket(7): without a default route the kernel knows no way to everybody but this.</summary>
    private const int SocketLevel = 1,
        ReuseAddress = 2,
        BindToDevice = 25;

    private const byte LocallyAdministered = 0x02;

    private const string VendorClass = "PXEClient";

    /// <summary>A guest can be as many servers as it likes.</summary>
    private const int MostOffers = 16;

    private static readonly byte[] Cookie = [0x63, 0x82, 0x53, 0x63];

    /// <summary>Asks, and waits for all that answer in a time.</summary>
    /// <param name="fabric">The lab's network.</param>
    /// <param name="host">Who asks.</param>
    /// <param name="device">The network device that it asks on.</param>
    /// <param name="patience">How long offers are waited for.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>One offer of each server, in the order in which they came.</returns>
    /// <exception cref="SocketException">The network cannot be asked.</exception>
    public static async Task<IReadOnlyList<DhcpOffer>> AskAsync(
        ILabFabric fabric,
        LabHost host,
        string device,
        TimeSpan patience,
        CancellationToken cancellationToken
    )
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(patience);
        using var socket = fabric.CreateSocket(host, AddressFamily.InterNetwork, SocketType.Dgram);
        socket.EnableBroadcast = true;
        socket.SetRawSocketOption(SocketLevel, ReuseAddress, BitConverter.GetBytes(1));
        socket.SetRawSocketOption(SocketLevel, BindToDevice, Encoding.ASCII.GetBytes(device));
        socket.Bind(new IPEndPoint(IPAddress.Any, ClientPort));
        var transaction = RandomNumberGenerator.GetBytes(4);
        await socket.SendToAsync(Question(transaction), new IPEndPoint(IPAddress.Broadcast, ServerPort), cancellationToken);

        var offers = new List<DhcpOffer>();
        var buffer = new byte[2048];
        try
        {
            while (true)
            {
                var received = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), deadline.Token);
                if (
                    TryRead(buffer.AsSpan(0, received.ReceivedBytes), transaction) is { } offer
                    && offers.Count < MostOffers
                    && offers.TrueForAll(known => !known.Server.Equals(offer.Server))
                )
                {
                    offers.Add(offer);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return offers;
        }
    }

    /// <summary>The offer in an answer; null for what is no offer to this question.</summary>
    internal static DhcpOffer? TryRead(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> transaction)
    {
        if (
            answer.Length < OptionsAt
            || !answer.Slice(TransactionAt, 4).SequenceEqual(transaction)
            || !answer.Slice(CookieAt, 4).SequenceEqual(Cookie)
            || Option(answer, MessageType) is not [Offer]
            || Option(answer, ServerIdentifier) is not { Length: 4 } server
        )
        {
            return null;
        }

        var file = Option(answer, BootFileOption) ?? answer.Slice(FileAt, FileLength).ToArray();
        return new DhcpOffer(
            new IPAddress(server),
            new IPAddress(answer.Slice(AddressAt, 4)),
            Encoding.ASCII.GetString(file).Split('\0')[0] is { Length: > 0 } name ? name : null
        );
    }

    private static byte[]? Option(ReadOnlySpan<byte> answer, byte wanted)
    {
        for (var at = OptionsAt; at < answer.Length && answer[at] != End; )
        {
            if (answer[at] == Pad)
            {
                at++;
                continue;
            }

            if (at + 1 >= answer.Length || at + 2 + answer[at + 1] > answer.Length)
            {
                return null;
            }

            if (answer[at] == wanted)
            {
                return answer.Slice(at + 2, answer[at + 1]).ToArray();
            }

            at += 2 + answer[at + 1];
        }

        return null;
    }

    /// <summary>True for a machine that is none, but this question, which a server on this machine hears too.</summary>
    /// <param name="machine">The MAC that asks.</param>
    /// <param name="vendorClass">The vendor class that it has sent; that of firmware goes on with an architecture.</param>
    public static bool IsQuestion(MacAddress machine, string vendorClass) =>
        vendorClass == VendorClass && machine.Value >> 40 == LocallyAdministered && (machine.Value & 0xff) == 0;

    /// <summary>Asks to be answered by broadcast, and says that it is an arm64 UEFI machine that boots from the network.</summary>
    private static byte[] Question(byte[] transaction)
    {
        const byte bootRequest = 1,
            ethernet = 1,
            macLength = 6,
            broadcast = 0x80;
        byte[] options = [MessageType, 1, Discover, 55, 5, 1, 3, 54, 66, BootFileOption, 60, 9, .. Encoding.ASCII.GetBytes(VendorClass), 93, 2, 0, 11, End];
        var message = new byte[OptionsAt + options.Length];
        (message[0], message[1], message[2], message[10]) = (bootRequest, ethernet, macLength, broadcast);
        transaction.CopyTo(message, TransactionAt);
        message[HardwareAt] = LocallyAdministered;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(HardwareAt + 1), BinaryPrimitives.ReadUInt32BigEndian(transaction));
        Cookie.CopyTo(message, CookieAt);
        options.CopyTo(message, OptionsAt);
        return message;
    }
}
