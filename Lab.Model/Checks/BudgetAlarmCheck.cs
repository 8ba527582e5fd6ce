using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>Nobody is told of the spending.</summary>
internal sealed class BudgetAlarmCheck()
    : LabCheck(
        "budget-no-alarm",
        Severity.Warning,
        "budget.email",
        "Set budget.email.",
        "https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-create.html"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Budget.Email is null ? "No e-mail address is set, so AWS Budgets notifies nobody." : null;
}
