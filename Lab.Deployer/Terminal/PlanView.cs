using Lab.CommandLine;
using Lab.Deployment.Reconciling;
using Lab.Model.Checks;

namespace Lab.Deployer.Terminal;

/// <summary>A plan in words: <c>+</c> is made, <c>~</c> changed, <c>-/+</c> made anew, <c>-</c> removed.</summary>
internal static class PlanView
{
    /// <summary>Writes a plan for people.</summary>
    public static void Print(Plan plan, IReadOnlyList<Finding> findings, IReadOnlyList<string> remarks)
    {
        foreach (var finding in findings.Where(finding => finding.Severity != Severity.Info))
        {
            Output.Markup(
                $"[{(finding.Severity == Severity.Error ? "red" : "yellow")}]{finding.Severity.Word()}[/] {finding.Id}: {finding.Explanation} {finding.Remedy}"
            );
        }

        foreach (var remark in remarks)
        {
            Output.Line(remark);
        }

        foreach (var step in plan.Changes)
        {
            var (sign, color) = Sign(step.Action);
            Output.Markup($"[{color}]{sign}[/] {step.Resource.Kind} [bold]{step.Resource.Id}[/]{(step.Found is null ? "" : $" ({step.Found.Id})")}");
            foreach (var change in step.Changes)
            {
                Output.Markup($"      {change.ToString()}");
            }
        }

        Output.Line(plan.IsEmpty ? "Nothing to do: AWS is as the definition says." : $"Plan: {Summary(plan)}.");
    }

    /// <summary>A plan for programs.</summary>
    public static object Shape(Plan plan) =>
        new
        {
            Empty = plan.IsEmpty,
            Summary = Summary(plan),
            Changes = plan.Changes.Select(step => new
            {
                step.Action,
                Resource = step.Resource.Id,
                step.Resource.Kind,
                Id = step.Found?.Id,
                Fields = step.Changes,
            }),
        };

    /// <summary><c>3 to create, 1 to change</c></summary>
    public static string Summary(Plan plan) =>
        plan.IsEmpty
            ? "nothing"
            : string.Join(", ", plan.Changes.CountBy(step => step.Action).OrderBy(count => count.Key).Select(count => $"{count.Value} to {Verb(count.Key)}"));

    private static string Verb(PlanAction action) => action == PlanAction.Update ? "change" : action.ToString().ToLowerInvariant();

    private static (string Sign, string Color) Sign(PlanAction action) =>
        action switch
        {
            PlanAction.Create => ("+  ", "green"),
            PlanAction.Update => ("~  ", "yellow"),
            PlanAction.Replace => ("-/+", "red"),
            _ => ("-  ", "red"),
        };
}
