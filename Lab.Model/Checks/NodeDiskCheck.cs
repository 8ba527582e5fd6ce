using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>A disk below what Talos asks for.</summary>
internal sealed class NodeDiskCheck()
    : LabCheck(
        "node-disk",
        Severity.Warning,
        "launch.diskGib",
        "Set launch.diskGib to 10 or more.",
        "https://www.talos.dev/latest/introduction/system-requirements/"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Launch.DiskGib < 10 ? $"Talos documents 10 GiB for its system disk and warns below 6; the nodes get {lab.Launch.DiskGib}." : null;
}
