using Lab.Model.Definition;

namespace Lab.Emulation.Machines;

/// <summary>What a line of a service's log says about a real machine.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Observation">What it says of its boot; null for a machine that is not served.</param>
public sealed record Sighting(MacAddress Machine, Observation? Observation)
{
    /// <summary>True for firmware that has just begun to boot.</summary>
    public bool BeginsBoot { get; init; }

    /// <summary>The vendor class that the machine has sent (DHCP option 60); empty where that is not known.</summary>
    public string VendorClass { get; init; } = "";
}
