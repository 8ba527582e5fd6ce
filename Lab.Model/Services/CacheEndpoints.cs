using System.Net;
using Lab.Model.Definition;

namespace Lab.Model.Services;

/// <summary>
/// Where the parts of a registry cache listen on the bastion of the local lab: the mirror's port on three addresses, so that a lab
/// file gives away one port a cache and no other.
/// </summary>
/// <param name="Front">What nodes pull from.</param>
/// <param name="Front6">The same by IPv6; null without.</param>
/// <param name="Process">The registry process; only the front asks it.</param>
/// <param name="Upstream">What the process takes for the registry; only the process asks it.</param>
public sealed record CacheEndpoints(IPEndPoint Front, IPEndPoint? Front6, IPEndPoint Process, IPEndPoint Upstream)
{
    private static readonly IPAddress ProcessAddress = IPAddress.Parse("127.0.0.2");

    /// <summary>The endpoints of a mirror's cache.</summary>
    public static CacheEndpoints Of(LabDefinition lab, MirrorDefinition mirror) =>
        new(
            new(lab.Bastion.Address, mirror.Port),
            lab.Network.Ipv6Of(lab.Bastion.Address) is { } ipv6 ? new(ipv6, mirror.Port) : null,
            new(ProcessAddress, mirror.Port),
            new(IPAddress.Loopback, mirror.Port)
        );
}
