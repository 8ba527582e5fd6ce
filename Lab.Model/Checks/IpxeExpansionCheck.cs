using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>iPXE expands what Talos should.</summary>
internal sealed class IpxeExpansionCheck()
    : LabCheck("ipxe-expansion", Severity.Warning, "boot.arguments", "Keep ${...} out of boot.arguments, or mean iPXE's variable.", "https://ipxe.org/cfg")
{
    public override bool HoldsAtHome => true;

    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Nodes.SelectMany(node => lab.MachineOf(node).Arguments).FirstOrDefault(argument => argument.Contains("${", StringComparison.Ordinal))
            is { } argument
            ? $"iPXE expands '{argument}' before Talos sees it."
            : null;
}
