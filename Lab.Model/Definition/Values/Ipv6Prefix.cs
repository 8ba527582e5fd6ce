using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Lab.Model.Definition;

/// <summary>A /64 of IPv6, in which machines make addresses of their own (SLAAC, RFC 4862). Text form: address, slash, 64 in canonical spelling.</summary>
/// <param name="Network">The network.</param>
public readonly record struct Ipv6Prefix(IPNetwork Network)
{
    /// <summary>The form accepted in <c>lab.yaml</c>.</summary>
    public const string Pattern = "^([fF][dD][0-9a-fA-F]{2}|[23][0-9a-fA-F]{3}):[0-9a-fA-F:]*/64$";

    /// <summary>What is allowed, to follow "expected".</summary>
    internal const string Allowed = "a /64 like fd00:10:20:13::/64, unique local (fd00::/8) or global (2000::/3)";

    /// <summary>Bits of the prefix.</summary>
    public const int Length = 64;

    /// <summary>Reads <c>fd00:10:20:13::/64</c>.</summary>
    /// <exception cref="FormatException">The text is no such prefix; the message says why.</exception>
    public static Ipv6Prefix Parse(string text)
    {
        if (
            text.Split('/') is not [var address, var length]
            || !IPAddress.TryParse(address, out var parsed)
            || parsed is not { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: 0 }
            || !int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bits)
            || bits > 128
        )
        {
            throw new FormatException($"'{text}' is not an IPv6 network");
        }

        if (parsed.IsIPv6LinkLocal || parsed.IsIPv6Multicast)
        {
            throw new FormatException($"'{text}' is {(parsed.IsIPv6Multicast ? "multicast" : "link-local, which every network has already")}");
        }

        var first = parsed.GetAddressBytes()[0];
        if (first != 0xfd && (first & 0xe0) != 0x20)
        {
            throw new FormatException($"'{text}' is neither unique local nor global");
        }

        if (bits != Length)
        {
            throw new FormatException($"'{text}' is a /{bits}, and machines make addresses of their own in a /64 only");
        }

        return IPNetwork.TryParse($"{parsed}/{bits}", out var network) && network.BaseAddress.Equals(parsed)
            ? new(network)
            : throw new FormatException($"'{text}' has bits after its prefix");
    }

    /// <summary>The address that a machine makes of its MAC (modified EUI-64, RFC 4291, appendix A): Linux does, and so Talos.</summary>
    public IPAddress AddressOf(MacAddress mac)
    {
        var value = (ulong)mac.Value;
        return With((value >> 24 ^ 0x020000) << 40 | 0xfffeUL << 24 | value & 0xffffff);
    }

    /// <summary>
    /// The address of a host that has an IPv4 address: the octets that are not wholly the subnet's, digit for digit, so that 10.20.13.140 in
    /// a /24 is <c>PREFIX::140</c>, and in a /20 <c>PREFIX::13:140</c>.
    /// </summary>
    /// <param name="address">The IPv4 address.</param>
    /// <param name="subnet">The network that it is in.</param>
    public IPAddress AddressOf(IPAddress address, IPNetwork subnet) =>
        With(
            address
                .GetAddressBytes()
                .Skip(subnet.PrefixLength / 8)
                .Aggregate(0UL, (host, octet) => host << 16 | ulong.Parse($"{octet}", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))
        );

    /// <inheritdoc />
    public override string ToString() => Network.ToString();

    private IPAddress With(ulong host)
    {
        var bytes = Network.BaseAddress.GetAddressBytes();
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(Length / 8), host);
        return new IPAddress(bytes);
    }
}
