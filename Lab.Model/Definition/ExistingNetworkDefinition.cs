using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Lab.Model.Definition;

/// <summary>A network of the account that the lab uses and does not make. Each is named by its id, or by its tag <c>Name</c>.</summary>
public sealed record ExistingNetworkDefinition
{
    [Description("The VPC: its id or the value of its tag Name. Its range is network.vpc.")]
    [RegularExpression(TextForms.TagValue)]
    [Example("vpc-0123456789abcdef0")]
    public required string Vpc { get; init; }

    [Description("The public subnet, id or tag Name: its routes lead to the VPC's internet gateway. Its range is network.publicSubnet.")]
    [RegularExpression(TextForms.TagValue)]
    [Example("subnet-0123456789abcdef0")]
    public required string PublicSubnet { get; init; }

    [Description("The private subnet of bastion and nodes, id or tag Name, with a route table of its own. Its range is network.privateSubnet.")]
    [RegularExpression(TextForms.TagValue)]
    [Example("subnet-0123456789abcdef1")]
    public required string PrivateSubnet { get; init; }
}
