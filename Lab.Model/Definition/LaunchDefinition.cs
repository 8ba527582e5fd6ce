using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Lab.Model.Definition;

/// <summary>How a node is launched on AWS.</summary>
public sealed record LaunchDefinition
{
    [Description(
        "ipxe: the nodes boot over the network from the bastion, as at home. ami: they start the official Talos image of launch.talos and wait for their configuration (maintenance mode)."
    )]
    [Example("ami")]
    public LaunchBoot Boot { get; init; } = LaunchBoot.Ipxe;

    [Description("With boot: ami the release of Talos: v1.12.3, or v1.12 for its newest patch.")]
    [RegularExpression(TextForms.TalosRelease)]
    [Example("v1.12.3")]
    public string? Talos { get; init; }

    [Description("Name of the launch template.")]
    [RegularExpression(TextForms.LaunchTemplate)]
    public string Template { get; init; } = "cozystack-talos-arm64";

    [Description("EC2 instance type; arm64.")]
    [RegularExpression(TextForms.InstanceType)]
    public string InstanceType { get; init; } = "t4g.small";

    [Description(
        "on-demand, or spot: what AWS has to spare, cheaper and never dearer than on demand; AWS may take the node back at two minutes' notice, with its disks."
    )]
    public Market Market { get; init; } = Market.OnDemand;

    [Description("Size of the node's disk in GiB.")]
    [Range(1, 1024, ErrorMessage = "a node's disk is {1} to {2} GiB")]
    public int DiskGib { get; init; } = 8;

    [Description("Size of a second disk for data in GiB, 0 for none.")]
    [Range(0, 1024, ErrorMessage = "a data disk is 1 to {2} GiB, or {1} for none")]
    public int DataDiskGib { get; init; }

    [Description("Device name of the node's disk; without it the image's root device: /dev/sda1 of iPXE's, /dev/xvda of Talos's.")]
    [RegularExpression(TextForms.Device)]
    public string? Device { get; init; }

    [Description("Whether the instance metadata service wants a session token. iPXE images older than 2026-07-14 send none.")]
    public MetadataTokens MetadataTokens { get; init; } = MetadataTokens.Optional;

    [Description("Hours a month that the nodes run, each; for the price.")]
    [Range(0, 744, ErrorMessage = "a month has {1} to {2} hours")]
    public int HoursPerMonth { get; init; } = 3;
}

/// <summary>What a node starts from on AWS.</summary>
public enum LaunchBoot
{
    /// <summary>iPXE's image, which boots over the network from the bastion.</summary>
    Ipxe,

    /// <summary>Talos's image, which boots from its disk.</summary>
    Ami,
}

/// <summary>How the capacity for a node is bought.</summary>
public enum Market
{
    /// <summary>At the price of the table, for as long as it runs.</summary>
    OnDemand,

    /// <summary>What AWS has to spare, until it needs that itself.</summary>
    Spot,
}

/// <summary>EC2's HttpTokens setting.</summary>
public enum MetadataTokens
{
    /// <summary>With or without a token.</summary>
    Optional,

    /// <summary>Only with a token (IMDSv2).</summary>
    Required,
}
