using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Lab.Model.Definition;

/// <summary>A further availability zone, in which nodes can run. Bastion and gateways stay in the lab's own.</summary>
public sealed record ZoneDefinition
{
    [Description("Availability zone of the region, another than zone.")]
    [RegularExpression(TextForms.Zone)]
    [Example("eu-west-1b")]
    public required string Zone { get; init; }

    [Description("Its private subnet, in the VPC.")]
    [Example("10.20.14.0/24")]
    public required IPNetwork PrivateSubnet { get; init; }

    [Description("With network.existing the subnet that is there, id or tag Name; its routes are those of network.existing.privateSubnet's route table.")]
    [RegularExpression(TextForms.TagValue)]
    [Example("subnet-0123456789abcdef2")]
    public string? Existing { get; init; }
}
