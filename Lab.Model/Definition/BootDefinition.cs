using System.ComponentModel;

namespace Lab.Model.Definition;

/// <summary>What the nodes boot.</summary>
public sealed record BootDefinition
{
    [Description("OCI image with the custom Talos kernel and initramfs that the bastion serves on AWS.")]
    public string Image { get; init; } = "ghcr.io/urmanac/talos-cozystack-demo:demo-stable";

    [Description("Extra kernel arguments for every node.")]
    public IReadOnlyList<string> Arguments { get; init; } = [];
}
