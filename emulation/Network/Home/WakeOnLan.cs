using System.Net;
using System.Net.Sockets;
using Lab.Emulation.Network.Isolation;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Emulation.Network.Home;

/// <summary>Wakes a machine whose firmware or network card listens for it: six bytes of ones, and its MAC sixteen times.</summary>
public static class WakeOnLan
{
    /// <summary>The port that is usual; the network card looks at the content only.</summary>
    private const int Port = 9;

    private const int Times = 16;

    /// <summary>Sends it to all machines of a network.</summary>
    /// <param name="fabric">The network.</param>
    /// <param name="lan">Says where from and where to.</param>
    /// <param name="mac">Whom to wake.</param>
    /// <param name="cancellationToken">Stops sending.</param>
    /// <exception cref="SocketException">The network cannot be reached.</exception>
    public static async Task SendAsync(ILabFabric fabric, HomeLan lan, MacAddress mac, CancellationToken cancellationToken)
    {
        using var socket = fabric.Bind(LabHost.Bastion, new IPEndPoint(lan.Address, 0), SocketType.Dgram);
        socket.EnableBroadcast = true;
        await socket.SendToAsync(Packet(mac), new IPEndPoint(lan.Network.Broadcast(), Port), cancellationToken);
    }

    /// <summary>What is sent.</summary>
    internal static byte[] Packet(MacAddress mac)
    {
        var address = Convert.FromHexString($"{mac}".Replace(":", "", StringComparison.Ordinal));
        return [.. Enumerable.Repeat((byte)0xff, address.Length), .. Enumerable.Repeat(address, Times).SelectMany(bytes => bytes)];
    }
}
