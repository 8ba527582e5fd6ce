namespace Lab.Emulation.Network;

/// <summary>How a machine is plugged into the lab's network.</summary>
/// <param name="Backend">QEMU's <c>-netdev</c> value, without the id.</param>
public sealed record MachineNetwork(string Backend)
{
    /// <summary>The device file that QEMU opens for it; null for none.</summary>
    public string? Device { get; private init; }

    /// <summary>The Unix socket that QEMU connects to for it; null for none.</summary>
    public string? Socket { get; private init; }

    /// <summary>The largest packet that the network carries, which the card says; null for Ethernet's own.</summary>
    public int? Mtu { get; init; }

    /// <summary>A tap device of the namespace that QEMU runs in.</summary>
    public static MachineNetwork Tap(string device) => new($"tap,ifname={device},script=no,downscript=no") { Device = "/dev/net/tun" };

    /// <summary>A Unix socket whose other end carries the frames; a comma in the path is doubled, as QEMU asks.</summary>
    public static MachineNetwork Stream(string socketPath) =>
        new($"stream,server=off,addr.type=unix,addr.path={QemuOption.Escape(socketPath)}") { Socket = socketPath };
}
