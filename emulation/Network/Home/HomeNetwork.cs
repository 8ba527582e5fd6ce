using System.Net;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Input;
using Lab.Model.Services;

namespace Lab.Emulation.Network.Home;

/// <summary>Chooses the real network that a lab serves, and refuses those that it is not meant for.</summary>
public static class HomeNetwork
{
    /// <summary>The network that <c>network.home</c> of a lab says, as this machine sees it.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="interfaces">The interfaces of this machine.</param>
    /// <param name="gatewayOf">The router on an interface; null for none.</param>
    /// <param name="isSure">True where the user insists on an interface that a lab is usually not meant for.</param>
    /// <exception cref="LabException">The lab cannot, or should not, be served there.</exception>
    public static HomeLan Of(LabDefinition lab, IReadOnlyList<HostInterface> interfaces, Func<string, IPAddress?> gatewayOf, bool isSure)
    {
        var home = lab.Network.Home;
        var served = Interface(home.Interface, interfaces);
        if (served.Kind == InterfaceKind.Loopback)
        {
            throw new LabException($"{served.Name} is this machine itself: no other machine boots from it. {Known(interfaces)}");
        }

        if (!isSure && Doubt(served) is { } doubt)
        {
            throw new LabException($"{doubt} Nothing was sent there. If that is what you want, say --yes. {Known(interfaces)}");
        }

        if (!served.IsUp)
        {
            throw new LabException($"{served.Name} is down. Plug in the cable, or switch it on: ip link set {served.Name} up");
        }

        var address = Address(lab, served);
        if (!isSure && !IsPrivate(address.Address))
        {
            throw new LabException(
                $"{served.Name} has the public address {address.Address}: that is no network of a home. Nothing was sent there. If that is what you want, say --yes."
            );
        }

        var lan = new HomeLan(served.Name, address.Address, address.Network, home.Dhcp, gatewayOf(served.Name));
        return Clash(lab, lan) is { } clash ? throw new LabException(clash) : lan;
    }

    /// <summary>Why an interface is usually not the one that is meant; null for one that can be.</summary>
    private static string? Doubt(HostInterface served) =>
        served.Kind switch
        {
            InterfaceKind.Wireless => $"{served.Name} is wireless: firmware does not boot over Wi-Fi, and whoever is on it would be asked and answered.",
            InterfaceKind.Tunnel => $"{served.Name} is a VPN or a tunnel: what answers there are other people's machines.",
            InterfaceKind.VirtualBridge => $"{served.Name} is a bridge of containers or virtual machines on this machine: no cable leads there.",
            _ => null,
        };

    private static HostInterface Interface(string? name, IReadOnlyList<HostInterface> all) =>
        name is null
            ? throw new LabException($"Which network interface? Name it with --interface or network.home.interface. {Known(all)}")
            : all.FirstOrDefault(one => one.Name == name) ?? throw new LabException($"This machine has no network interface '{name}'. {Known(all)}");

    private static InterfaceAddress Address(LabDefinition lab, HostInterface served)
    {
        if (lab.Network.Home.Address.Address is { } wanted)
        {
            return served.Addresses.FirstOrDefault(one => one.Address.Equals(wanted))
                ?? throw new LabException($"network.home.address: {served.Name} does not have {wanted}. This machine has {served}.");
        }

        return served.Addresses.FirstOrDefault(one => one.Network.Equals(lab.Network.PrivateSubnet))
            ?? throw new LabException(
                served.Addresses.Count == 0
                    ? $"{served.Name} has no IPv4 address. Give it one in {lab.Network.PrivateSubnet} (network.privateSubnet)."
                    : $"{served.Name} is in {string.Join(", ", served.Addresses.Select(one => one.Network))}, and the lab file is for {lab.Network.PrivateSubnet} (network.privateSubnet). Move the lab there, in the lab file: network.subnet: {served.Addresses[0].Network}"
            );
    }

    private static string? Clash(LabDefinition lab, HomeLan lan) =>
        lab.Nodes.FirstOrDefault(node => node.Address.Equals(lan.Address)) is { } same
            ? $"{lan.Address} is this machine's address, and that of {same.Name} in {LabFile.DefaultName}. Give {same.Name} another one."
        : lan.Dhcp == HomeDhcp.Full && lab.Dhcp.Leases(lan.Address)
            ? $"{lan.Address} is this machine's address, and lies in the range {lab.Dhcp.First} to {lab.Dhcp.Last} that dhcp leases. Move the range."
        : null;

    /// <summary>RFC 1918, RFC 6598 (networks of providers) and RFC 3927 (without a server).</summary>
    private static bool IsPrivate(IPAddress address) =>
        Array.Exists(
            ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"],
            network => IPNetwork.Parse(network).Contains(address)
        );

    private static string Known(IReadOnlyList<HostInterface> all) => $"This machine has: {string.Join(", ", all)}.";
}
