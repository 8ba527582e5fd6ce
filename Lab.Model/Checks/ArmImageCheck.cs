using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>The image that is served where the definition names none holds what arm64 nodes boot, and nothing else.</summary>
internal sealed class ArmImageCheck()
    : LabCheck(
        "image-arm64-only",
        Severity.Warning,
        "boot.image",
        "Give the amd64 nodes, or their role, an image with kernel-amd64 and initramfs-metal-amd64.xz in it: launch.image.",
        "https://www.talos.dev/latest/talos-guides/install/boot-assets/"
    )
{
    private static readonly string ArmOnly = new BootDefinition().Image;

    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Launch.Boot == LaunchBoot.Ipxe
        && lab.Nodes.FirstOrDefault(node => lab.MachineOf(node).Launch is { Architecture: Architecture.Amd64 } launch && launch.Image == ArmOnly) is { } node
            ? $"{node.Name} has arch: amd64, and {ArmOnly}, which the bastion would serve it on AWS, is built for arm64."
            : null;
}
