using System.Net;
using System.Net.Sockets;
using Lab.Emulation.Network.Isolation;

namespace Lab.Emulation.Network.Vpc;

/// <summary>Something of the kernel's that is as it shall be after <paramref name="Add"/> and gone after <paramref name="Delete"/>.</summary>
/// <param name="Host">Where.</param>
/// <param name="Add">Arguments of <c>ip</c>; may be repeated.</param>
/// <param name="Delete">Arguments of <c>ip</c>.</param>
internal sealed record RouterEntry(LabHost Host, string Add, string Delete)
{
    /// <summary>
    /// The command that gives a device an address. An IPv6 address is usable at once: the kernel would first look, in its own time, whether
    /// somebody else has it.
    /// </summary>
    public static string Hold(IPAddress address, string device) =>
        $"address replace {address} dev {device}{(address.AddressFamily == AddressFamily.InterNetworkV6 ? " nodad" : "")}";

    /// <summary>An address of a device.</summary>
    public static RouterEntry Address(LabHost host, string address, string device, string flags = "") =>
        new(host, $"address replace {address} dev {device} {flags}".TrimEnd(), $"address delete {address} dev {device}");

    /// <summary>True for a command that tells IPv4 from IPv6 only by an option of the whole batch.</summary>
    public bool IsIpv6Rule { get; init; }

    /// <summary>A route.</summary>
    public static RouterEntry Route(LabHost host, string destination, string way, string table = "main") =>
        new(
            host,
            $"route replace {(way is "blackhole" or "throw" ? $"{way} {destination}" : $"{destination} {way}")} table {table}",
            $"route delete {destination} table {table}"
        );

    /// <summary>The rules that name the table for what comes in by a device.</summary>
    public static IEnumerable<RouterEntry> Rules(string device, string table)
    {
        var rule = $"pref 1000 iif {device} lookup {table}";
        return
        [
            new(LabHost.Router, $"rule add {rule}", $"rule delete {rule}"),
            new(LabHost.Router, $"rule add {rule}", $"rule delete {rule}") { IsIpv6Rule = true },
        ];
    }

    /// <summary>Who has an address, so that nobody need be asked.</summary>
    public static RouterEntry Neighbour(string address, string mac, string device) =>
        new(LabHost.Router, $"neighbour replace {address} lladdr {mac} dev {device} nud permanent", $"neighbour delete {address} dev {device}");

    /// <summary>Answers for others without the wait of up to 0.8 s that is the kernel's habit.</summary>
    public static RouterEntry AnswerAtOnce(string device, string cache) =>
        new(LabHost.Router, $"ntable change name {cache} dev {device} proxy_delay 0", $"ntable change name {cache} dev {device} proxy_delay 800");

    /// <summary>An address of another's that is answered for on a device.</summary>
    public static RouterEntry Proxy(string address, string device) =>
        new(LabHost.Router, $"neighbour replace proxy {address} dev {device}", $"neighbour delete proxy {address} dev {device}");
}
