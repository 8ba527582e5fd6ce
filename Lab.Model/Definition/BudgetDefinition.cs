using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Lab.Model.Definition;

/// <summary>What the lab may cost.</summary>
public sealed record BudgetDefinition
{
    [Description("US dollars a month that the lab may cost. A deployment that would cost more is refused.")]
    [Range(0.0, 1_000_000.0, ErrorMessage = "a budget is {1} to {2} US dollars a month")]
    public decimal MonthlyUsd { get; init; } = 0.10m;

    [Description("US dollars in a month at which AWS Budgets writes to the e-mail address.")]
    [Range(0.0, 1_000_000.0, MinimumIsExclusive = true, ErrorMessage = "an alarm is set above {1} and up to {2} US dollars")]
    public decimal AlertUsd { get; init; } = 0.08m;

    [Description("Address that AWS Budgets writes to; without it there is no alarm.")]
    [RegularExpression(TextForms.Email)]
    [Example("me@example.com")]
    public string? Email { get; init; }

    [Description("Prices of instance types that Lab's table lacks or has otherwise. They are shown as yours, with their day.")]
    [MaxLength(32, ErrorMessage = "at most {1} prices")]
    public IReadOnlyList<PriceDefinition> Prices { get; init; } = [];
}
