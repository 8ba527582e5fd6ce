using Lab.Emulation.Linux;

namespace Lab.Emulation.Network.Isolation;

/// <summary>A socket for whole Ethernet frames (packet(7)); .NET has none.</summary>
internal static class PacketSocket
{
    private const int PacketFamily = 17;
    private const int RawSocket = 3;
    private const ushort AllProtocols = 0x0300;

    /// <summary>Opens one on a device of the thread's network namespace.</summary>
    /// <returns>Its descriptor, which is the caller's to close.</returns>
    public static unsafe int Open(string device)
    {
        const int addressLength = 20;
        var descriptor = LinuxCalls.Socket(PacketFamily, RawSocket, AllProtocols);
        var address = stackalloc byte[addressLength];
        *(ushort*)address = PacketFamily;
        *(ushort*)(address + 2) = AllProtocols;
        *(uint*)(address + 4) = LinuxCalls.DeviceIndex(device);
        return descriptor >= 0 && LinuxCalls.Bind(descriptor, address, addressLength) == 0
            ? descriptor
            : throw new IOException($"Cannot open a packet socket on {device}: {LinuxCalls.LastError()}");
    }
}
