using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Lab.Model;

namespace Lab.BootServer.CommandLine;

/// <summary>Addresses to listen on, as Go writes them: <c>host:port</c>, <c>:port</c>, <c>[::1]:port</c>.</summary>
internal static class ListenAddress
{
    /// <summary>The endpoints of a comma-separated list.</summary>
    /// <exception cref="LabException">One is malformed or its host is not known.</exception>
    public static IReadOnlyList<IPEndPoint> ParseAll(string addresses) => [.. addresses.Split(',').Select(Parse)];

    private static IPEndPoint Parse(string address)
    {
        var colon = address.LastIndexOf(':');
        if (colon < 0)
        {
            throw Fail(address, "missing port in address");
        }

        if (!ushort.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            throw Fail(address, "invalid port");
        }

        var host = address[..colon];
        return new IPEndPoint(host.Length == 0 ? AnyAddress() : Host(host.Trim('[', ']'), address), port);
    }

    private static IPAddress AnyAddress() => Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;

    private static IPAddress Host(string host, string address)
    {
        if (IPAddress.TryParse(host, out var ip))
        {
            return ip;
        }

        try
        {
            return Dns.GetHostAddresses(host).OrderBy(found => found.AddressFamily).FirstOrDefault() ?? throw Fail(address, "no such host");
        }
        catch (SocketException)
        {
            throw Fail(address, "no such host");
        }
    }

    private static LabException Fail(string address, string reason) => new($"failed to start listening: listen tcp: address {address}: {reason}");
}
