using Lab.Model.Definition;
using Lab.Model.Pricing;

namespace Lab.Model.Checks;

/// <summary>A billing alarm comes too late for a NAT gateway.</summary>
internal sealed class NatAlarmCheck()
    : LabCheck(
        "alarm-too-late",
        Severity.Info,
        "budget.alertUsd",
        "Rely on the price gate before apply; destroy the NAT gateway when it is not needed.",
        "https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Network.Egress == Egress.NatGateway && lab.Budget.AlertUsd < 8 * RateTable.Get("nat-gateway-hour").Usd
            ? "Billing data is refreshed about three times a day, and a NAT gateway costs $0.05 an hour: the alarm comes when the budget is spent."
            : null;
}
