using System.Globalization;
using System.Net;
using Lab.Model.Definition;

namespace Lab.Emulation.Network.Home;

/// <summary>What the kernel knows of a network: its router, and who has which address (proc(5), <c>/proc/net</c>).</summary>
public static class HostRoutes
{
    /// <summary>The router to the internet on an interface; null without one.</summary>
    public static IPAddress? GatewayOf(string networkInterface) => Gateway(File.ReadLines("/proc/net/route"), networkInterface);

    /// <summary>Who has an address of a network that this machine is in, as ARP has found it; null for an address that was not asked for lately.</summary>
    public static MacAddress? MacOf(IPAddress address) => Mac(File.ReadLines("/proc/net/arp"), address);

    /// <summary>A route a line: interface, destination, gateway, … as numbers in the byte order of the machine.</summary>
    internal static IPAddress? Gateway(IEnumerable<string> routes, string networkInterface) =>
        routes
            .Select(line => line.Split('\t'))
            .Where(fields => fields.Length > 7 && fields[0] == networkInterface && fields[1] == "00000000" && fields[7] == "00000000")
            .Select(fields => new IPAddress(BitConverter.GetBytes(uint.Parse(fields[2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))))
            .FirstOrDefault(gateway => !gateway.Equals(IPAddress.Any));

    /// <summary>A neighbour a line: address, type, flags, MAC, … ; all zeros for one that has not answered.</summary>
    internal static MacAddress? Mac(IEnumerable<string> neighbours, IPAddress address) =>
        neighbours
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length > 3 && fields[0] == $"{address}")
            .Select(fields => MacAddress.TryParse(fields[3], out var mac) && mac.IsUnicast ? mac : (MacAddress?)null)
            .FirstOrDefault();
}
