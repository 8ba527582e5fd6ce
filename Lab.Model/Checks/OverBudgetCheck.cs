using Lab.Model.Definition;
using Lab.Model.Pricing;

namespace Lab.Model.Checks;

/// <summary>The month costs more than the budget.</summary>
internal sealed class OverBudgetCheck()
    : LabCheck(
        "over-budget",
        Severity.Error,
        "budget.monthlyUsd",
        $"Choose a cheaper network.egress (see: {DeployCommand.Line("cost")}), raise budget.monthlyUsd, or apply with --over-budget.",
        "https://aws.amazon.com/vpc/pricing/"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        UnknownPriceCheck.TypeWithoutPrice(lab) is null && Estimate.For(lab, date) is { IsOverBudget: true } estimate
            ? string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"The lab costs ${estimate.TotalUsd:0.00} a month with network.egress {lab.Network.Egress.Id()}; the budget is ${estimate.BudgetUsd:0.00}."
            )
            : null;
}
