using System.CommandLine;
using System.Diagnostics;
using Lab.CommandLine;
using Lab.Deployer.Terminal;
using Lab.Deployment;
using Lab.Deployment.Reconciling;
using Lab.Model;
using Lab.Model.Checks;
using Lab.Model.Pricing;

namespace Lab.Deployer.Commands;

/// <summary><c>apply</c>, also what the program does without a verb: plan, question, apply.</summary>
internal static class ApplyCommand
{
    private static readonly Argument<string?> PlanArgument = new("PLAN")
    {
        Description = "A plan of: lab-deploy plan --out PLAN. Refused when something has changed since.",
        Arity = ArgumentArity.ZeroOrOne,
        DefaultValueFactory = _ => null,
    };

    public static Command Create() =>
        Verb.Create(
            "apply",
            """
            Make AWS what the definition says: shows the plan, asks, carries it out, and reads everything again to prove it.

            Exit code: 0 done, 1 error, 3 refused because it costs more than the budget.

            Examples:
              lab-deploy apply                        on an emulator on this machine
              lab-deploy apply --target aws           on AWS, in the region of the lab file
              lab-deploy apply plan --yes             a plan that was looked at before, without a question
            """,
            RunAsync,
            PlanArgument,
            Options.Yes,
            Options.OverBudget,
            DayOption.Date
        );

    /// <summary>Applies without a plan file.</summary>
    public static Task<int> RunWithoutVerbAsync(Session session, ParseResult arguments, CancellationToken cancellationToken) =>
        RunAsync(session, arguments, null, cancellationToken);

    private static Task<int> RunAsync(Session session, ParseResult arguments, CancellationToken cancellationToken) =>
        RunAsync(session, arguments, arguments.GetValue(PlanArgument), cancellationToken);

    private static async Task<int> RunAsync(Session session, ParseResult arguments, string? file, CancellationToken cancellationToken)
    {
        DemandToday(session, arguments);
        var saved = file is null ? null : PlanFile.Read(file, session.Lab, session.Target);
        DemandPossible(session);
        var deployed = await DeployedLab.ReadForChangeAsync(session.Aws, session.Lab, cancellationToken);
        saved?.Demand(deployed.Plan);
        if (!session.Json)
        {
            Output.Line($"Lab {session.Lab.Name} on {session.Target}");
            PlanView.Print(deployed.Plan, LabChecks.Run(session.Lab, session.Today), deployed.Remarks);
        }

        if (deployed.Plan.IsEmpty)
        {
            Report(session, deployed.Plan, TimeSpan.Zero);
            return 0;
        }

        if (Gate(session, deployed, arguments.GetValue(Options.OverBudget)) is { } refused)
        {
            return refused;
        }

        await Question.DemandAsync(arguments, $"Apply this to {session.Target}?", cancellationToken);
        var begun = Stopwatch.GetTimestamp();
        await using (await Lease.TakeAsync(session.Aws, session.Lab, LeaseOwner.This(), "apply", cancellationToken))
        {
            await CarryOutAsync(session, deployed.Plan, cancellationToken);
        }

        Report(session, deployed.Plan, Stopwatch.GetElapsedTime(begun));
        return 0;
    }

    /// <summary>Reads again under the lease, for somebody may have been quicker, and applies.</summary>
    private static async Task CarryOutAsync(Session session, Plan shown, CancellationToken cancellationToken)
    {
        var now = await DeployedLab.ReadForChangeAsync(session.Aws, session.Lab, cancellationToken);
        if (now.Plan.Fingerprint() != shown.Fingerprint())
        {
            throw new LabException($"AWS has changed since the plan was shown. Look again: {DeployCommand.Line("plan")}");
        }

        await new Reconciler(session.Aws).ApplyAsync(now.Stack, now.Plan, now.World, Question.Progress(session), cancellationToken);
    }

    /// <summary>On AWS the price gate goes by the day it is: another day's prices would be a way around it.</summary>
    private static void DemandToday(Session session, ParseResult arguments)
    {
        if (!session.Target.IsLocal && arguments.GetValue(DayOption.Date) is not null)
        {
            throw new LabException(
                $"--date is for an emulator: on AWS apply goes by today's prices. To see those of another day: {DeployCommand.Line("cost --date YYYY-MM-DD")}"
            );
        }
    }

    private static void DemandPossible(Session session)
    {
        var impossible = LabChecks.Run(session.Lab, session.Today).Where(finding => finding is { Severity: Severity.Error, Id: not "over-budget" }).ToList();
        if (impossible.Count > 0)
        {
            throw new LabException(string.Join('\n', impossible.Select(finding => $"{finding.Path}: {finding.Explanation} {finding.Remedy}")));
        }
    }

    /// <summary>The price comes before the first write.</summary>
    private static int? Gate(Session session, DeployedLab deployed, bool goOn)
    {
        var estimate = deployed.EstimateFor(session.Today);
        var designs = Estimate.ForAllDesigns(session.Lab, session.Today);
        if (!session.Json)
        {
            Output.Line(PriceView.Line(estimate));
        }

        if (!estimate.IsOverBudget || goOn)
        {
            return null;
        }

        if (session.Json)
        {
            Output.Json(new { Refused = "over budget", Price = PriceView.Shape(estimate, designs) });
        }
        else
        {
            PriceView.Print(estimate, designs);
            Output.Line("Refused: over budget; nothing was written. Choose another network.egress, raise budget.monthlyUsd, or add --over-budget.");
        }

        return Verb.OverBudget;
    }

    private static void Report(Session session, Plan plan, TimeSpan elapsed)
    {
        if (session.Json)
        {
            Output.Json(new { Applied = PlanView.Shape(plan), Seconds = Math.Round(elapsed.TotalSeconds, 3) });
        }
        else
        {
            Output.Line(
                plan.IsEmpty
                    ? "Applied: 0 writes."
                    : string.Create(
                        System.Globalization.CultureInfo.InvariantCulture,
                        $"Applied in {elapsed.TotalSeconds:0.0} s: {PlanView.Summary(plan)}. Read again: AWS is as the definition says. Prove it: {DeployCommand.Line("verify")}"
                    )
            );
        }
    }
}
