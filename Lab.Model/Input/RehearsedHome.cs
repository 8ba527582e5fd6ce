using System.Net;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Model.Input;

/// <summary>The home of a rehearsal that has a router of its own, as <c>lab serve</c> would see it from the bastion.</summary>
public static class RehearsedHome
{
    /// <summary>The network. What Lab does about DHCP there is <c>network.home.dhcp</c>.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="served">The bastion's network interface that Lab serves on.</param>
    /// <exception cref="LabException">The subnet has no address left for the router.</exception>
    public static HomeLan Of(LabDefinition lab, string served) =>
        new(served, lab.Bastion.Address, lab.Network.PrivateSubnet, lab.Network.Home.Dhcp, RouterOf(lab));

    /// <summary>The router has the first address that nobody has.</summary>
    private static IPAddress RouterOf(LabDefinition lab) =>
        SubnetPlan.FreeAddress(
            lab.Network.PrivateSubnet,
            lab.Dhcp,
            lab.Nodes.Select(node => node.Address).Append(lab.Bastion.Address),
            lab.Network.PrivateSubnet.BaseAddress.Plus(1)
        ) ?? throw new LabException($"{lab.Network.PrivateSubnet} has no free address for the router. Move the range of dhcp, or use a larger subnet.");
}
