using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Lab.Model.Definition;

/// <summary>How nodes of a role, or one node, are launched on AWS, where that differs from <see cref="LaunchDefinition"/>.</summary>
public record NodeLaunchDefinition
{
    [Description("EC2 instance type, for the architecture of the node.")]
    [RegularExpression(TextForms.InstanceType)]
    [Example("c7g.large")]
    public string? InstanceType { get; init; }

    [Description("on-demand or spot.")]
    [Example("spot")]
    public Market? Market { get; init; }

    [Description("Size of the node's disk in GiB.")]
    [Range(1, 1024, ErrorMessage = "a node's disk is {1} to {2} GiB")]
    [Example(20)]
    public int? DiskGib { get; init; }

    [Description("Size of a second disk for data in GiB, 0 for none.")]
    [Range(0, 1024, ErrorMessage = "a data disk is 1 to {2} GiB, or {1} for none")]
    [Example(100)]
    public int? DataDiskGib { get; init; }

    [Description("Availability zone, in the region.")]
    [RegularExpression(TextForms.Zone)]
    [Example("eu-west-1a")]
    public string? Zone { get; init; }

    [Description("OCI image with the Talos kernel and initramfs that it boots from the bastion on AWS, in the place of boot.image.")]
    [RegularExpression(TextForms.Image)]
    public string? Image { get; init; }
}

/// <summary>The same of one node, which alone can have an address.</summary>
public sealed record OwnLaunchDefinition : NodeLaunchDefinition
{
    [Description(
        "The node's private address on AWS: known before it is launched, so that certificates and configurations can name it. Without it address, as at home."
    )]
    public IPAddress? PrivateAddress { get; init; }
}
