using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Lab.Model.Definition;

/// <summary>A price that somebody has looked up, in the lab's region.</summary>
public sealed record PriceDefinition
{
    [Description("EC2 instance type.")]
    [RegularExpression(TextForms.InstanceType)]
    [Example("c7g.large")]
    public required string InstanceType { get; init; }

    [Description("US dollars for an hour, on demand, without tax.")]
    [Range(0.0, 1000.0, MinimumIsExclusive = true, ErrorMessage = "a price is above {1} and up to {2} US dollars an hour")]
    [Example(0.1)]
    public required decimal HourlyUsd { get; init; }

    [Description("The day on which it was the price.")]
    [Example("2026-11-28")]
    public required DateOnly AsOf { get; init; }
}
