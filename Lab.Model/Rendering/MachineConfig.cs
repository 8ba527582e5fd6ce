using Lab.Model.Definition;

namespace Lab.Model.Rendering;

/// <summary>
/// The part of a Talos machine configuration that the lab knows: host name and registry mirrors, in the v1alpha1 style that every
/// Talos reads (https://docs.siderolabs.com/talos, machine.registries). It holds no cluster secret, so no node joins a cluster by it.
/// </summary>
public static class MachineConfig
{
    /// <summary>The template under <c>generic/</c>; the boot server fills in the node's metadata.</summary>
    public static string Template(LabDefinition lab) => Config(lab, "{{.hostname}}");

    /// <summary>The same for one node.</summary>
    public static string For(LabDefinition lab, NodeDefinition node) => Config(lab, node.Name);

    /// <summary>A text as a template that gives this very text: what looks like an action is written as a string.</summary>
    public static string AsTemplate(string text) => text.Replace("{{", "{{\"{{\"}}", StringComparison.Ordinal);

    private static string Config(LabDefinition lab, string hostname) =>
        string.Join(
            '\n',
            ["version: v1alpha1", "machine:", "  type: controlplane", "  network:", $"    hostname: {hostname}", .. MirrorPatch.Registries(lab), ""]
        );
}
