using System.Net.Sockets;
using Lab.Emulation.Network.Isolation;

namespace Lab.Emulation.Network.Vpc;

/// <summary>
/// Interfaces whose other end is a namespace of this machine. It is set up as Amazon Linux sets itself up from its lease: the subnet
/// on the link, the router as way out, and with several interfaces what has an interface's address leaves by it.
/// </summary>
internal sealed class GuestPlugs(INamespaces namespaces)
{
    private const int FirstTable = 100;
    private readonly HashSet<LabHost> _made = [LabHost.Bastion];

    /// <summary>Makes the link.</summary>
    /// <returns>The device's name in the guest.</returns>
    public async Task<string> AddAsync(string device, LabHost guest, VpcInterface one, VpcSubnet subnet, CancellationToken cancellationToken)
    {
        if (_made.Add(guest))
        {
            await namespaces.AddAsync(guest, cancellationToken);
            await IpCommand.RunAsync(namespaces, guest, false, ["link set lo up"], cancellationToken);
        }

        var name = $"eth{one.DeviceIndex}";
        await KernelSettings.SetAsync(namespaces, guest, [("ipv6/conf/default/accept_ra", 0), ("ipv6/conf/default/accept_dad", 0)], cancellationToken);
        await IpCommand.RunAsync(
            namespaces,
            LabHost.Router,
            false,
            [$"link add {device} type veth peer name {name} netns {namespaces.NameOf(guest)}", $"link set {device} up"],
            cancellationToken
        );
        await IpCommand.RunAsync(namespaces, guest, false, [.. Setup(name, one, subnet)], cancellationToken);
        if (one.AddressOf(AddressFamily.InterNetworkV6) is not null)
        {
            await IpCommand.RunAsync(namespaces, guest, true, [.. Rules(one, AddressFamily.InterNetworkV6)], cancellationToken);
        }

        if (!MachinePlugs.HasTaps)
        {
            namespaces.TurnOffOffloads(guest, name);
        }

        return name;
    }

    /// <summary>Takes a link away, and what would be left of it in the guest: routes end with it, rules do not.</summary>
    public async Task RemoveAsync(string device, LabHost guest, VpcInterface one, CancellationToken cancellationToken)
    {
        foreach (var family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 })
        {
            await IpCommand.RunAsync(namespaces, guest, family == AddressFamily.InterNetworkV6, [.. Rules(one, family, "delete")], cancellationToken);
        }

        await IpCommand.RunAsync(namespaces, $"-n {namespaces.NameOf(LabHost.Router)} link delete {device}", cancellationToken);
    }

    private static IEnumerable<string> Setup(string name, VpcInterface one, VpcSubnet subnet)
    {
        var (table, metric) = (FirstTable + one.DeviceIndex, FirstTable + one.DeviceIndex);
        yield return $"link set {name} address {one.Mac} up";
        foreach (var address in one.Addresses)
        {
            yield return address.AddressFamily == AddressFamily.InterNetwork
                ? $"address replace {address}/{subnet.Ipv4.PrefixLength} dev {name} metric {metric}"
                : RouterEntry.Hold(address, name);
        }

        foreach (var target in new[] { $"table {table}", $"table main metric {metric}" })
        {
            yield return $"route replace 0.0.0.0/0 via {AmazonAddresses.RouterOf(subnet)} dev {name} onlink {target}";
            if (one.AddressOf(AddressFamily.InterNetworkV6) is not null)
            {
                yield return $"route replace ::/0 via {RouterPlan.LinkRouter6} dev {name} {target}";
            }
        }

        yield return $"route replace {subnet.Ipv4} dev {name} table {table}";
        foreach (var rule in Rules(one, AddressFamily.InterNetwork))
        {
            yield return rule;
        }
    }

    private static IEnumerable<string> Rules(VpcInterface one, AddressFamily family, string verb = "add") =>
        one
            .Addresses.Where(address => address.AddressFamily == family)
            .Select(address => $"rule {verb} pref {FirstTable} from {address} lookup {FirstTable + one.DeviceIndex}");
}
