namespace Lab.Dashboard.Cloud;

/// <summary>A resource of the definition beside what the emulator has of it.</summary>
/// <param name="Phase">The phase of the specification that it belongs to, 1 to 4.</param>
/// <param name="Kind">What it is: <c>route table</c>.</param>
/// <param name="Name">Its name in the lab: <c>routes/private</c>.</param>
/// <param name="Id">AWS's identifier; null where the emulator has none.</param>
/// <param name="Comparison">What the two say of each other.</param>
/// <param name="Values">What the emulator says of it, by name.</param>
/// <param name="Differences">What differs: name, what is there, what shall be.</param>
public sealed record EmulatedResource(
    int Phase,
    string Kind,
    string Name,
    string? Id,
    Comparison Comparison,
    IReadOnlyDictionary<string, string> Values,
    IReadOnlyList<(string Name, string? Is, string? Shall)> Differences
);

/// <summary>How the emulator and the definition compare.</summary>
public enum Comparison
{
    /// <summary>The emulator has it as the definition says.</summary>
    Same,

    /// <summary>The emulator has it with other values.</summary>
    Differs,

    /// <summary>The emulator has none.</summary>
    Missing,

    /// <summary>The emulator has it, and the definition does not want it.</summary>
    Unwanted,
}

/// <summary>An instance that the emulator runs.</summary>
/// <param name="Id"><c>i-…</c></param>
/// <param name="Role">What it is to the lab: <c>bastion</c> or <c>node</c>.</param>
/// <param name="State">EC2's word for its state.</param>
/// <param name="Address">Its private address; null for none.</param>
public sealed record EmulatedInstance(string Id, string Role, string State, string? Address);

/// <summary>All that was read at one moment.</summary>
/// <param name="ReadAt">When.</param>
/// <param name="Endpoint">The emulator's address.</param>
/// <param name="Resources">The definition's resources, in the order of making.</param>
/// <param name="Instances">The instances of the lab.</param>
public sealed record EmulatedLab(DateTimeOffset ReadAt, Uri Endpoint, IReadOnlyList<EmulatedResource> Resources, IReadOnlyList<EmulatedInstance> Instances)
{
    /// <summary>Why not all of the definition can be compared; null when all is.</summary>
    public string? Note { get; init; }

    /// <summary>True when the emulator has nothing of the lab.</summary>
    public bool IsEmpty => Instances.Count == 0 && Resources.All(resource => resource.Id is null);
}
