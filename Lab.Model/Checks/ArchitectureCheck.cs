using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>An instance type of the wrong architecture.</summary>
internal sealed class ArchitectureCheck()
    : LabCheck(
        "instance-architecture",
        Severity.Error,
        "launch.instanceType",
        "Use a Graviton type: its family ends in g, as in t4g.small.",
        "https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        NodeLaunch.TypesOf(lab).Prepend(lab.Bastion.InstanceType).FirstOrDefault(type => !IsGraviton(type)) is { } type
            ? $"{type} is not an arm64 type, but the lab's images are arm64."
            : null;

    /// <summary>Graviton families carry a g after the generation's digit: t4g, c7gn, m8gd.</summary>
    private static bool IsGraviton(string type) =>
        type.Split('.')[0] is var family
        && family.IndexOfAny(['1', '2', '3', '4', '5', '6', '7', '8', '9']) is > 0 and var digit
        && (family.IndexOf('g', digit) > 0 || family == "a1");
}
