using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>A control plane of a cluster that has memory for itself and for nothing else.</summary>
internal sealed class SmallControlPlaneCheck()
    : LabCheck(
        "node-small",
        Severity.Info,
        "launch.instanceType",
        "For a cluster that runs something give its control planes 4 GiB: t4g.medium, or a type of their own under roles.controlplane.launch.",
        "https://www.talos.dev/latest/introduction/system-requirements/"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Nodes.Count > 1
        && lab
            .Nodes.Where(node => node.Role == NodeMachine.ControlPlane)
            .FirstOrDefault(node =>
                lab.MachineOf(node).Launch.InstanceType is "t4g.small" or "t3.small" or "t3a.small" or "c6g.medium" or "c7g.medium" or "c8g.medium"
            )
            is { } small
            ? $"{small.Name} is a control plane with the 2 GiB of a {lab.MachineOf(small).Launch.InstanceType}: what Talos asks for at least, with nothing left for what the cluster runs."
            : null;
}
