using System.Net;

namespace Lab.Emulation.Network.Vpc;

/// <summary>Public IPv4 addresses as the fabric uses them.</summary>
internal static class PublicAddresses
{
    /// <summary>
    /// The address itself, or, for one of 127.0.0.0/8, which emulators give away and no network carries, one of 198.18.0.0/15, which
    /// belongs to nobody (RFC 2544).
    /// </summary>
    public static IPAddress Routable(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return bytes is [127, var b, var c, var d] ? new IPAddress([198, (byte)(18 | b & 1), c, d]) : address;
    }
}
