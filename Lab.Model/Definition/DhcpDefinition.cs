using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Lab.Model.Definition;

/// <summary>The dynamic part of the private subnet.</summary>
public sealed record DhcpDefinition
{
    [Description("First address of the range.")]
    public IPAddress First { get; init; } = IPAddress.Parse("10.20.13.150");

    [Description("Last address of the range.")]
    public IPAddress Last { get; init; } = IPAddress.Parse("10.20.13.199");

    [Description("How long a lease holds, in minutes; at least 2, which is what dnsmasq allows.")]
    [Range(2, 525_600, ErrorMessage = "a lease holds {1} to {2} minutes")]
    public int LeaseMinutes { get; init; } = 60;

    /// <summary>True when an address may be leased to any machine that asks.</summary>
    public bool Leases(IPAddress address) => address.ToNumber() >= First.ToNumber() && address.ToNumber() <= Last.ToNumber();
}
