using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Lab.Model.Definition;

/// <summary>The bastion.</summary>
public sealed record BastionDefinition
{
    [Description("Static address of the bastion in the private subnet.")]
    public IPAddress Address { get; init; } = IPAddress.Parse("10.20.13.140");

    [Description("TCP port of the boot server.")]
    public Port BootPort { get; init; } = new(8080);

    [Description("Name of the bastion's Auto Scaling group. An existing group is adopted: its sizes, tags and schedule stay.")]
    [RegularExpression(TextForms.Group)]
    public string Group { get; init; } = "tf-asg";

    [Description("Create the group where there is none.")]
    public bool Create { get; init; }

    [Description("EC2 instance type of a group that is created; arm64.")]
    [RegularExpression(TextForms.InstanceType)]
    public string InstanceType { get; init; } = "t4g.small";

    [Description("Size of the bastion's disk in GiB.")]
    [Range(8, 1024, ErrorMessage = "the bastion's disk is {1} to {2} GiB")]
    public int DiskGib { get; init; } = 8;

    [Description("When the bastion runs.")]
    public ScheduleDefinition Schedule { get; init; } = new();
}
