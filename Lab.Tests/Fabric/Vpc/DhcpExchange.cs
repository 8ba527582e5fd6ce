using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Lab.Emulation.Network;
using Lab.Emulation.Network.Isolation;
using Lab.Model.Definition;

namespace Lab.Tests.Fabric.Vpc;

/// <summary>A DHCP client (RFC 2131) that asks for everything, as network boot firmware does.</summary>
internal static class DhcpExchange
{
    /// <summary>Types of message.</summary>
    public const byte Discover = 1,
        Decline = 4,
        Release = 7;

    private const int OptionsStart = 240;
    private const byte End = 255;

    /// <summary>Sends one message and waits for nothing.</summary>
    public static async Task SendAsync(ILabFabric fabric, LabHost host, MacAddress mac, byte type, IPAddress? address = null)
    {
        using var socket = fabric.CreateSocket(host, AddressFamily.InterNetwork, SocketType.Dgram);
        socket.EnableBroadcast = true;
        socket.Bind(new IPEndPoint(IPAddress.Any, 68));
        await socket.SendToAsync(Message(mac, type, address), new IPEndPoint(IPAddress.Broadcast, 67), TestContext.Current.CancellationToken);
    }

    /// <summary>Sends DISCOVER and gives back the offer.</summary>
    public static async Task<Offer> DiscoverAsync(ILabFabric fabric, LabHost host, MacAddress mac)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(3));
        using var socket = fabric.CreateSocket(host, AddressFamily.InterNetwork, SocketType.Dgram);
        socket.EnableBroadcast = true;
        socket.Bind(new IPEndPoint(IPAddress.Any, 68));
        var buffer = new byte[2000];
        while (true)
        {
            await socket.SendToAsync(Message(mac, Discover), new IPEndPoint(IPAddress.Broadcast, 67), deadline.Token);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token);
            patience.CancelAfter(TimeSpan.FromSeconds(2));
            try
            {
                var received = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), patience.Token);
                return new Offer(buffer[..received.ReceivedBytes]);
            }
            catch (OperationCanceledException) when (!deadline.IsCancellationRequested)
            {
                // Lost, as datagrams may be.
            }
        }
    }

    private static byte[] Message(MacAddress mac, byte type, IPAddress? address = null)
    {
        var packet = new byte[OptionsStart + 60];
        (packet[0], packet[1], packet[2]) = (1, 1, 6);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), 0x1ab1ab);
        packet[10] = 0x80;
        for (var i = 0; i < 6; i++)
        {
            packet[28 + i] = (byte)(mac.Value >> 8 * (5 - i));
        }

        address?.GetAddressBytes().CopyTo(packet, 12);
        byte[] cookie = [0x63, 0x82, 0x53, 0x63];
        cookie.CopyTo(packet, 236);
        byte[] options =
        [
            53,
            1,
            type,
            .. address is null ? [] : (byte[])[50, 4, .. address.GetAddressBytes()],
            55,
            10,
            1,
            3,
            6,
            12,
            15,
            42,
            66,
            67,
            43,
            150,
            60,
            9,
            .. "PXEClient"u8,
            93,
            2,
            0,
            11,
            End,
        ];
        options.CopyTo(packet, OptionsStart);
        return packet;
    }

    /// <summary>An offer.</summary>
    internal sealed class Offer
    {
        private readonly byte[] _packet;

        public Offer(byte[] packet)
        {
            _packet = packet;
            for (var at = OptionsStart; at < packet.Length && packet[at] != End; at += packet[at] == 0 ? 1 : 2 + packet[at + 1])
            {
                if (packet[at] != 0)
                {
                    Options[packet[at]] = packet[(at + 2)..(at + 2 + packet[at + 1])];
                }
            }
        }

        public Dictionary<byte, byte[]> Options { get; } = [];

        public IPAddress Address => new(_packet[16..20]);

        public IPAddress NextServer => new(_packet[20..24]);

        /// <summary>Server name and boot file.</summary>
        public byte[] BootFields => _packet[44..236];

        public IEnumerable<IPAddress> Addresses(byte option) => Options[option].Chunk(4).Select(bytes => new IPAddress(bytes));

        public string Text(byte option) => System.Text.Encoding.ASCII.GetString(Options[option]);

        public uint Number(byte option) => BinaryPrimitives.ReadUInt32BigEndian(Options[option]);
    }
}
