using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>A gateway's image on more than one node.</summary>
internal sealed class TailscaleCheck()
    : LabCheck(
        "tailscale-twice",
        Severity.Warning,
        "nodes",
        "Give one node a role of its own with that image, and the others an image without it: roles.gateway: { image: IMAGE, single: true }.",
        "https://github.com/siderolabs/extensions/tree/main/network/tailscale"
    )
{
    private const string Extension = "tailscale";

    public override bool HoldsAtHome => true;

    protected override string? Explain(LabDefinition lab, DateOnly date)
    {
        var nodes = lab.Nodes.Where(node => Images(lab.MachineOf(node)).Any(image => image.Contains(Extension, StringComparison.OrdinalIgnoreCase))).ToList();
        return nodes.Count > 1
            ? $"{string.Join(", ", nodes.Select(node => node.Name))} boot an image with Tailscale. A node with that extension is not ready before it is logged in to Tailscale: where all had it, no node became Ready."
            : null;
    }

    private static string[] Images(NodeMachine machine) => [machine.Image?.From?.Text ?? "", machine.Launch.Image];
}
