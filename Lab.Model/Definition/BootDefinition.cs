using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Lab.Model.Definition;

/// <summary>What the nodes boot.</summary>
public sealed record BootDefinition
{
    [Description("OCI image with the custom Talos kernel and initramfs that the bastion serves on AWS.")]
    [RegularExpression(TextForms.Image)]
    public string Image { get; init; } = "ghcr.io/urmanac/talos-cozystack-demo:demo-stable";

    /// <summary>False, because a Talos before 1.12 that is offered them never serves its API: docs/decisions/mirror-documents.md.</summary>
    [Description(
        "On AWS, offer every node the registry caches as RegistryMirrorConfig documents. The image's Talos must be 1.12 or later: an older one refuses them and never serves its API."
    )]
    public bool MirrorDocuments { get; init; }

    [Description("Extra kernel arguments for every node.")]
    [RegularExpression(TextForms.KernelArgument)]
    [Example("console=ttyS0")]
    public IReadOnlyList<string> Arguments { get; init; } = [];
}
