using System.Net;
using Lab.Emulation.Network.Isolation;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Emulation.Network;

/// <summary>What the LAN of a lab is made of, beside its machines.</summary>
public sealed record LanPlan
{
    /// <summary>The process whose network the bastion is, as that of the lab's containers; null where it has one of its own.</summary>
    public BastionProcess? Bastion { get; init; }

    /// <summary>The home whose router gives the addresses; null for a LAN without a router.</summary>
    public HomeLan? Home { get; init; }

    /// <summary>The network of somebody else who serves DHCP on the same wire; null for nobody.</summary>
    public IPNetwork? OtherNetwork { get; init; }

    /// <summary>The address of that server.</summary>
    public static IPAddress ServerOf(IPNetwork other) => other.BaseAddress.Plus(1);

    /// <summary>The hosts, each with a network namespace.</summary>
    internal IReadOnlyList<LabHost> Hosts =>
        [
            LabHost.Lan,
            LabHost.Bastion,
            .. Home is null ? Array.Empty<LabHost>() : [LabHost.Router],
            .. OtherNetwork is null ? Array.Empty<LabHost>() : [LabHost.OtherServer],
        ];
}
