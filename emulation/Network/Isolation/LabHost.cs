namespace Lab.Emulation.Network.Isolation;

/// <summary>A host of a lab's network, a network namespace of its own.</summary>
/// <param name="Name">Unique in the lab: lower-case letters, digits and hyphens.</param>
public readonly record struct LabHost(string Name)
{
    /// <summary>The wire of the LAN: the bridge and the machines' taps.</summary>
    public static LabHost Lan { get; } = new("lan");

    /// <summary>The bastion: all services.</summary>
    public static LabHost Bastion { get; } = new("bastion");

    /// <summary>The VPC itself: a link for each network interface, its routes, filters and services. At home the router that gives addresses.</summary>
    public static LabHost Router { get; } = new("router");

    /// <summary>Somebody else's DHCP server on the LAN.</summary>
    public static LabHost OtherServer { get; } = new("other-server");

    /// <summary>What lies outside the VPC.</summary>
    public static LabHost Internet { get; } = new("internet");

    /// <summary>A host that stands in for an instance without being a virtual machine.</summary>
    public static LabHost Guest(string name) => new($"guest-{name}");

    /// <inheritdoc />
    public override string ToString() => Name;
}
