using System.Net;

namespace Lab.Model.Definition;

/// <summary>Arithmetic on IPv4 addresses.</summary>
public static class Addresses
{
    /// <summary>The address as a number in host order.</summary>
    public static uint ToNumber(this IPAddress address) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

    /// <summary>The address <paramref name="count"/> further on.</summary>
    public static IPAddress Plus(this IPAddress address, int count)
    {
        var bytes = new byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)(address.ToNumber() + count));
        return new IPAddress(bytes);
    }

    /// <summary>The network of a prefix length that an address is in.</summary>
    public static IPNetwork NetworkOf(this IPAddress address, int prefixLength)
    {
        var bytes = new byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, address.ToNumber() & Mask(prefixLength));
        return new IPNetwork(new IPAddress(bytes), prefixLength);
    }

    /// <summary>Dotted netmask: 255.255.255.0 for a /24.</summary>
    public static IPAddress Netmask(this IPNetwork network)
    {
        var bytes = new byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, Mask(network.PrefixLength));
        return new IPAddress(bytes);
    }

    /// <summary>The last address, which is the broadcast address.</summary>
    public static IPAddress Broadcast(this IPNetwork network) => network.BaseAddress.Plus((int)(uint.MaxValue >> network.PrefixLength));

    /// <summary>True when every address of <paramref name="inner"/> lies in <paramref name="outer"/>.</summary>
    public static bool Contains(this IPNetwork outer, IPNetwork inner) => inner.PrefixLength >= outer.PrefixLength && outer.Contains(inner.BaseAddress);

    /// <summary>True for an address of the network that a machine can have: neither the network's nor the broadcast address.</summary>
    public static bool HasHost(this IPNetwork network, IPAddress address) =>
        network.Contains(address) && !address.Equals(network.BaseAddress) && !address.Equals(network.Broadcast());

    private static uint Mask(int prefixLength) => prefixLength == 0 ? 0 : uint.MaxValue << (32 - prefixLength);
}
