using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Lab.Model.Definition;

namespace Lab.Emulation.Network.Home;

/// <summary>An IPv4 address of this machine.</summary>
/// <param name="Address">The address.</param>
/// <param name="Network">The network that it is in.</param>
public sealed record InterfaceAddress(IPAddress Address, IPNetwork Network)
{
    /// <summary><c>192.168.1.5/24</c></summary>
    public override string ToString() => $"{Address}/{Network.PrefixLength}";
}

/// <summary>A network interface of this machine.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="IsUp">False where no cable is plugged in, or the interface is switched off.</param>
/// <param name="Addresses">Its IPv4 addresses.</param>
public sealed record HostInterface(string Name, InterfaceKind Kind, bool IsUp, IReadOnlyList<InterfaceAddress> Addresses)
{
    /// <summary>Where Linux shows them (Documentation/ABI/testing/sysfs-class-net).</summary>
    private const string SysFs = "/sys/class/net";

    /// <summary>ARPHRD_ETHER and ARPHRD_LOOPBACK of if_arp.h.</summary>
    private const string Ethernet = "1",
        LoopbackType = "772";

    /// <summary>All of this machine, by name.</summary>
    public static IReadOnlyList<HostInterface> All()
    {
        var addresses = NetworkInterface.GetAllNetworkInterfaces().ToDictionary(device => device.Name, AddressesOf);
        return
        [
            .. Directory
                .GetDirectories(SysFs)
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal)
                .Select(name => new HostInterface(name, KindOf(SysFs, name), IsUpIn(SysFs, name), addresses.GetValueOrDefault(name, []))),
        ];
    }

    /// <summary>The address in the network of an interface, its kind where that matters: <c>wlan0 (192.168.1.7/24, wireless)</c>.</summary>
    public override string ToString()
    {
        string[] known =
        [
            .. Addresses.Select(address => $"{address}"),
            .. Kind == InterfaceKind.Wired ? [] : new[] { KindInWords },
            .. IsUp ? [] : new[] { "down" },
        ];
        return known.Length == 0 ? Name : $"{Name} ({string.Join(", ", known)})";
    }

    private string KindInWords =>
        Kind switch
        {
            InterfaceKind.Wireless => "wireless",
            InterfaceKind.Tunnel => "VPN or tunnel",
            InterfaceKind.VirtualBridge => "bridge of containers or virtual machines",
            InterfaceKind.Loopback => "loopback",
            _ => "wired",
        };

    /// <summary>The kind of an interface.</summary>
    /// <param name="root">Where interfaces are shown.</param>
    /// <param name="name">Its name.</param>
    internal static InterfaceKind KindOf(string root, string name)
    {
        var folder = Path.Combine(root, name);
        return Read(folder, "type") switch
        {
            LoopbackType => InterfaceKind.Loopback,
            not Ethernet => InterfaceKind.Tunnel,
            _ when Directory.Exists(Path.Combine(folder, "wireless")) || Path.Exists(Path.Combine(folder, "phy80211")) => InterfaceKind.Wireless,
            _ when File.Exists(Path.Combine(folder, "tun_flags")) => InterfaceKind.Tunnel,
            _ when Directory.Exists(Path.Combine(folder, "bridge")) && !HasCable(root, name) => InterfaceKind.VirtualBridge,
            _ => InterfaceKind.Wired,
        };
    }

    /// <summary>A VLAN, a bond and a bridge have lower interfaces; a network card has a device.</summary>
    private static bool HasCable(string root, string name)
    {
        const string lower = "lower_";
        var folder = Path.Combine(root, name);
        return Path.Exists(Path.Combine(folder, "device"))
            || Directory.GetFileSystemEntries(folder, $"{lower}*").Any(below => HasCable(root, Path.GetFileName(below)[lower.Length..]));
    }

    private static bool IsUpIn(string root, string name) => Read(Path.Combine(root, name), "operstate") is "up" or "unknown";

    private static string? Read(string folder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file)).Trim();
        }
        catch (IOException)
        {
            // It has just gone.
            return null;
        }
    }

    private static InterfaceAddress[] AddressesOf(NetworkInterface device) =>
        [
            .. device
                .GetIPProperties()
                .UnicastAddresses.Where(one => one.Address.AddressFamily == AddressFamily.InterNetwork)
                .Select(one => new InterfaceAddress(one.Address, one.Address.NetworkOf(one.PrefixLength))),
        ];
}
