using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>An instance type of the wrong architecture.</summary>
internal sealed class ArchitectureCheck()
    : LabCheck(
        "instance-architecture",
        Severity.Error,
        "launch.instanceType",
        "For arm64 use a Graviton type: its family ends in g, as in t4g.small. For amd64 one of Intel's or AMD's, as t3.small.",
        "https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        InstanceTypes.ArchitectureOf(lab.Bastion.InstanceType) != Architecture.Arm64
            ? $"{lab.Bastion.InstanceType} is not an arm64 type, but the bastion is arm64."
            : OfNode(lab) ?? OfAll(lab);

    private static string? OfNode(LabDefinition lab) =>
        lab
            .Nodes.Select(node => (node.Name, lab.MachineOf(node).Launch))
            .FirstOrDefault(node => InstanceTypes.ArchitectureOf(node.Launch.InstanceType) != node.Launch.Architecture)
            is ({ } name, var launch)
            ? $"{name} has arch: {launch.Architecture.Id()}, and {launch.InstanceType} is not an {launch.Architecture.Id()} type."
            : null;

    /// <summary>The type for all nodes where it is none of theirs: they would be launched as another, unasked.</summary>
    private static string? OfAll(LabDefinition lab) =>
        lab.Launch.InstanceType != new LaunchDefinition().InstanceType
        && Architectures.Of(lab) is var all
        && !all.Contains(InstanceTypes.ArchitectureOf(lab.Launch.InstanceType))
            ? $"{lab.Launch.InstanceType} is not an {all[0].Id()} type, but the lab's nodes are {all[0].Id()}."
            : null;
}
