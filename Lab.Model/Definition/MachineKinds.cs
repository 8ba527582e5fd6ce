namespace Lab.Model.Definition;

/// <summary>What kinds of machines a lab has: what has to be there before it starts.</summary>
/// <param name="Architectures">Their architectures, in the order of their names.</param>
/// <param name="HaveTpm">True where one of them has a TPM.</param>
public sealed record MachineKinds(IReadOnlyList<Architecture> Architectures, bool HaveTpm)
{
    /// <summary>The kernel argument with which the stand-in installs itself and goes on from its disk by kexec.</summary>
    private const string InstallsToDisk = "lab.install=disk";

    /// <summary>True where one of them is a stand-in that installs itself and starts from its disk by kexec.</summary>
    public bool InstallThemselves { get; init; }

    /// <summary>arm64 without more.</summary>
    public static MachineKinds Arm64 { get; } = new([Architecture.Arm64], HaveTpm: false);

    /// <summary>Those of a lab at home.</summary>
    public static MachineKinds Of(LabDefinition lab) =>
        new(Definition.Architectures.Of(lab), lab.Nodes.Any(node => lab.MachineOf(node).HasTpm))
        {
            InstallThemselves = lab.Nodes.Any(node => lab.MachineOf(node).Arguments.Contains(InstallsToDisk)),
        };

    /// <summary>Those of a lab's instances in a rehearsed VPC, none of which has a TPM.</summary>
    public static MachineKinds OfInstances(LabDefinition lab) => new([.. Definition.Architectures.OfInstances(lab).Order()], HaveTpm: false);
}
