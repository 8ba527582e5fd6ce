using Lab.Model.Definition;
using Lab.Model.Pricing;

namespace Lab.Model.Checks;

/// <summary>Prices that were read long ago.</summary>
internal sealed class OldPriceCheck()
    : LabCheck(
        "price-old",
        Severity.Warning,
        "budget.monthlyUsd",
        "Compare with AWS's price list, and use a newer release of Lab.",
        "https://aws.amazon.com/ec2/pricing/on-demand/"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        UnknownPriceCheck.TypeWithoutPrice(lab) is null && Estimate.For(lab, date).OldRates.OrderBy(rate => rate.AsOf).ToList() is { Count: > 0 } old
            ? $"Prices that the estimate uses are older than {Rate.DaysValid} days: {string.Join(", ", old.Select(rate => $"{rate.Id} of {rate.AsOf:yyyy-MM-dd}"))}."
            : null;
}
