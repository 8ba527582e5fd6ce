using System.Net;
using System.Net.Sockets;

namespace Lab.Registries;

/// <summary>Where an address is, as far as a server of the internet may send us there.</summary>
internal enum AddressKind
{
    /// <summary>On the internet.</summary>
    Public,

    /// <summary>In a private network (RFC 1918, RFC 6598, RFC 4193).</summary>
    Private,

    /// <summary>On the same link, where clouds have their instance metadata, or no address of one host.</summary>
    LinkLocal,

    /// <summary>On this machine.</summary>
    Loopback,
}

/// <summary>Tells kinds of addresses apart.</summary>
internal static class AddressKinds
{
    private static readonly (IPNetwork Range, AddressKind Kind)[] Known =
    [
        (IPNetwork.Parse("0.0.0.0/8"), AddressKind.Loopback),
        (IPNetwork.Parse("127.0.0.0/8"), AddressKind.Loopback),
        (IPNetwork.Parse("10.0.0.0/8"), AddressKind.Private),
        (IPNetwork.Parse("100.64.0.0/10"), AddressKind.Private),
        (IPNetwork.Parse("172.16.0.0/12"), AddressKind.Private),
        (IPNetwork.Parse("192.168.0.0/16"), AddressKind.Private),
        (IPNetwork.Parse("198.18.0.0/15"), AddressKind.Private),
        (IPNetwork.Parse("169.254.0.0/16"), AddressKind.LinkLocal),
        (IPNetwork.Parse("224.0.0.0/3"), AddressKind.LinkLocal),
        (IPNetwork.Parse("::/127"), AddressKind.Loopback),
        (IPNetwork.Parse("fd00:ec2::/32"), AddressKind.LinkLocal),
        (IPNetwork.Parse("fc00::/7"), AddressKind.Private),
        (IPNetwork.Parse("fec0::/10"), AddressKind.Private),
        (IPNetwork.Parse("fe80::/10"), AddressKind.LinkLocal),
        (IPNetwork.Parse("ff00::/8"), AddressKind.LinkLocal),
    ];

    /// <summary>IPv6 ranges whose last or following 32 bits are an IPv4 address (RFC 4291, RFC 6052, RFC 3056).</summary>
    private static readonly (IPNetwork Range, int Offset)[] Embedding =
    [
        (IPNetwork.Parse("::ffff:0:0/96"), 12),
        (IPNetwork.Parse("::/96"), 12),
        (IPNetwork.Parse("64:ff9b::/96"), 12),
        (IPNetwork.Parse("2002::/16"), 2),
    ];

    /// <summary>The kind of an address.</summary>
    public static AddressKind Of(IPAddress address)
    {
        if (Known.FirstOrDefault(known => known.Range.Contains(address)) is { Kind: not AddressKind.Public and var kind })
        {
            return kind;
        }

        return
            address.AddressFamily == AddressFamily.InterNetworkV6
            && Embedding.FirstOrDefault(range => range.Range.Contains(address)) is { Offset: > 0 and var offset }
            ? Of(new IPAddress(address.GetAddressBytes().AsSpan(offset, 4)))
            : AddressKind.Public;
    }
}
