using Lab.Emulation.Network;
using Lab.Model.Definition;

namespace Lab.Emulation.Machines;

/// <summary>What a virtual machine is made of.</summary>
/// <param name="Macs">Addresses of its network cards.</param>
/// <param name="Cpus">How many processors it has.</param>
/// <param name="MemoryMib">Memory in MiB; null lets the image decide.</param>
public sealed record MachineHardware(IReadOnlyList<MacAddress> Macs, int Cpus, int? MemoryMib)
{
    /// <summary>Which of its network cards it boots from.</summary>
    public int BootCard { get; init; }

    /// <summary>Its processors' architecture.</summary>
    public Architecture Architecture { get; init; }

    /// <summary>The other ends of its network cards, in their order.</summary>
    public required IReadOnlyList<MachineNetwork> Networks { get; init; }

    /// <summary>Its disks, the one that it boots from first; none for an EC2 instance.</summary>
    public IReadOnlyList<NodeDisk> Disks { get; init; } = [];

    /// <summary>The file of its firmware's variables; null for a machine that forgets them when it is switched off.</summary>
    public string? Variables { get; init; }

    /// <summary>The folder in which its TPM keeps its state; null for a machine without one.</summary>
    public string? Tpm { get; init; }

    /// <summary>What makes it an EC2 instance; null for a machine of a home.</summary>
    public InstanceHardware? Instance { get; init; }

    /// <summary>The files that it writes to.</summary>
    internal IEnumerable<string> Files => [.. Disks.Select(disk => disk.Path), .. new[] { Instance?.Path, Variables }.OfType<string>()];
}
