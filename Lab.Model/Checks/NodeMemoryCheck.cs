using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>Less memory than Talos asks for.</summary>
internal sealed class NodeMemoryCheck()
    : LabCheck(
        "node-memory",
        Severity.Error,
        "launch.instanceType",
        "Use t4g.small, of amd64 t3.small, or larger.",
        "https://www.talos.dev/latest/introduction/system-requirements/"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        NodeLaunch.TypesOf(lab).FirstOrDefault(type => type is "t4g.nano" or "t4g.micro" or "t3.nano" or "t3.micro" or "t3a.nano" or "t3a.micro") is { } type
            ? $"{type} has 0.5 or 1 GiB of memory; a Talos control plane wants 2, and the initramfs is unpacked in memory."
            : null;
}
