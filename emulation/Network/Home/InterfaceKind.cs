namespace Lab.Emulation.Network.Home;

/// <summary>What a network interface of this machine is.</summary>
public enum InterfaceKind
{
    /// <summary>A cable, or what behaves like one: Ethernet, a VLAN or a bond of it, a bridge with one of these in it, a container's end of a veth.</summary>
    Wired,

    /// <summary>Wi-Fi.</summary>
    Wireless,

    /// <summary>A VPN, tun, tap, point to point.</summary>
    Tunnel,

    /// <summary>A bridge without a cable in it: of containers or of virtual machines.</summary>
    VirtualBridge,

    /// <summary>The machine itself.</summary>
    Loopback,
}
