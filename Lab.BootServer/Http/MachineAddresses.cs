using System.Net;

namespace Lab.BootServer.Http;

/// <summary>
/// Who may have a machine's configuration: matchbox gives it to whoever names the machine. Where it is known from where a machine asks, it is for
/// nobody else but the host of this server.
/// </summary>
/// <param name="addresses">Addresses by MAC in lower-case colon form; machines that are not among them are as with matchbox.</param>
internal sealed class MachineAddresses(IReadOnlyDictionary<string, IPAddress> addresses)
{
    private static readonly HashSet<string> Secret = ["/generic", "/ignition", "/cloud", "/metadata"];

    /// <summary>Why a request is refused; null for one that is not.</summary>
    public string? Refusal(string path, BootQuery query, IPAddress? remote, IPAddress? local) =>
        Secret.Contains(path)
        && Labels.Mac(query.Labels) is { } mac
        && addresses.TryGetValue(mac, out var address)
        && remote is not null
        && !Plain(remote).Equals(address)
        && !remote.Equals(local)
            ? $"{Plain(remote)} is not the address of {mac}"
            : null;

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
