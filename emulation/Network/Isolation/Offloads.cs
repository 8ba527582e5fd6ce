using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Lab.Emulation.Linux;

namespace Lab.Emulation.Network.Isolation;

/// <summary>
/// Makes the kernel finish the packets that it sends through a device: with the offloads on, a packet that never meets hardware keeps
/// an empty checksum, and a machine behind a packet socket drops it.
/// </summary>
internal static unsafe class Offloads
{
    private const uint EthtoolRequest = 0x8946;

    /// <summary>ETHTOOL_STXCSUM, ETHTOOL_SSG, ETHTOOL_STSO, ETHTOOL_SGSO (linux/ethtool.h).</summary>
    private static readonly uint[] Settings = [0x17, 0x19, 0x1f, 0x24];

    /// <summary>Turns the offloads of a device of the thread's network namespace off.</summary>
    public static void TurnOff(string device)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        foreach (var setting in Settings)
        {
            var value = new Value { Command = setting, Data = 0 };
            var request = new Request { Value = &value };
            Encoding.ASCII.GetBytes(device, new Span<byte>(request.Name, 15));
            if (LinuxCalls.Control((int)socket.Handle, EthtoolRequest, &request) != 0)
            {
                throw new Win32Exception($"{device}: {LinuxCalls.LastError()}");
            }
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Value
    {
        public uint Command;
        public uint Data;
    }

    [StructLayout(LayoutKind.Sequential, Size = 40)]
    private struct Request
    {
        public fixed byte Name[16];
        public Value* Value;
    }
}
