using System.Net;
using Lab.Model.Definition;

namespace Lab.Model.Services;

/// <summary>A real network as this machine sees it, and what Lab does there.</summary>
/// <param name="Interface">The network interface.</param>
/// <param name="Address">This machine's address on it.</param>
/// <param name="Network">The network.</param>
/// <param name="Dhcp">What Lab does about DHCP.</param>
/// <param name="Gateway">The router to the internet that this machine itself uses there; null for none.</param>
public sealed record HomeLan(string Interface, IPAddress Address, IPNetwork Network, HomeDhcp Dhcp, IPAddress? Gateway)
{
    /// <summary>The lab on this network: this machine takes the place of the bastion. The network's IPv6 is its router's to announce.</summary>
    public LabDefinition Serve(LabDefinition lab) =>
        lab with
        {
            Bastion = lab.Bastion with { Address = Address },
            Network = lab.Network with { PrivateSubnet = Network, Ipv6 = null },
        };
}
