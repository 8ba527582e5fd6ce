using System.ComponentModel;

namespace Lab.Model.Definition;

/// <summary>What the lab may cost.</summary>
public sealed record BudgetDefinition
{
    [Description("US dollars a month that the lab may cost. A deployment that would cost more is refused.")]
    public decimal MonthlyUsd { get; init; } = 0.10m;

    [Description("US dollars in a month at which AWS Budgets writes to the e-mail address.")]
    public decimal AlertUsd { get; init; } = 0.08m;

    [Description("Address that AWS Budgets writes to; without it there is no alarm.")]
    public string? Email { get; init; }
}
