using System.CommandLine;
using Lab.CommandLine;
using Lab.Deployer.Terminal;
using Lab.Deployment;
using Lab.Model.Checks;
using Lab.Model.Pricing;

namespace Lab.Deployer.Commands;

/// <summary><c>plan</c>: what apply would do.</summary>
internal static class PlanCommand
{
    private static readonly Option<string?> Out = new("--out", "-o")
    {
        Description = "Write the plan to a file, for: lab-deploy apply FILE",
        HelpName = "FILE",
    };

    public static Command Create() =>
        Verb.Create(
            "plan",
            """
            Show what apply would do, what it would cost, and what is wrong with the definition. Writes nothing to AWS.

            Exit code: 0 nothing to do, 2 changes, 1 error.

            Examples:
              lab-deploy plan                          against an emulator on this machine
              lab-deploy plan --target aws --out plan  and keep it for: lab-deploy apply plan --target aws
            """,
            RunAsync,
            Out,
            DayOption.Date
        );

    private static async Task<int> RunAsync(Session session, ParseResult arguments, CancellationToken cancellationToken)
    {
        var deployed = await DeployedLab.ReadForChangeAsync(session.Aws, session.Lab, cancellationToken);
        var estimate = deployed.EstimateFor(session.Today);
        var findings = LabChecks.Run(session.Lab, session.Today);
        if (session.Json)
        {
            Output.Json(
                new
                {
                    Target = session.Target.ToString(),
                    Plan = PlanView.Shape(deployed.Plan),
                    Price = PriceView.Shape(estimate, Estimate.ForAllDesigns(session.Lab, session.Today)),
                    Findings = findings,
                    deployed.Remarks,
                }
            );
        }
        else
        {
            Output.Line($"Lab {session.Lab.Name} on {session.Target}");
            PlanView.Print(deployed.Plan, findings, deployed.Remarks);
            Output.Line(PriceView.Line(estimate));
        }

        if (arguments.GetValue(Out) is { } file)
        {
            PlanFile.Write(file, session.Lab, session.Target, deployed.Plan, session.Aws.Time.GetUtcNow());
        }

        return deployed.Plan.IsEmpty ? 0 : Verb.Changes;
    }
}
