using System.CommandLine;
using Lab.CommandLine;
using Lab.Deployment;
using Lab.Deployment.Verification.Exposures;

namespace Lab.Deployer.Commands;

/// <summary><c>audit</c>: whether anything of the lab can be reached from the internet.</summary>
internal static class AuditCommand
{
    public static Command Create() =>
        Verb.Create(
            "audit",
            """
            Look for anything of the lab that can be reached from outside: addresses, rules, gateways, endpoints, load balancers, shares, templates, images. What is not understood or cannot be read is a finding.

            Exit code: 0 nothing found, 1 something found.

            Example:
              lab-deploy audit --target aws
            """,
            RunAsync
        );

    private static async Task<int> RunAsync(Session session, ParseResult arguments, CancellationToken cancellationToken)
    {
        var deployed = await DeployedLab.ReadAsync(session.Aws, session.Lab, cancellationToken);
        var findings = await new Exposure(session.Aws, deployed).FindAsync(cancellationToken);
        var open = findings.Count(finding => finding.Verdict == Verdict.Exposed);
        if (session.Json)
        {
            Output.Json(findings);
        }
        else
        {
            foreach (var finding in findings)
            {
                Output.Line($"{Word(finding.Verdict)}  {finding.What}: {finding.Why}");
            }

            var unknown = findings.Count(finding => finding.Verdict == Verdict.NotChecked);
            Output.Line((open == 0 ? "Zero public services" : $"{open} public or not known to be safe") + (unknown > 0 ? $"; {unknown} not checked." : "."));
        }

        return open == 0 ? 0 : 1;
    }

    private static string Word(Verdict verdict) =>
        verdict switch
        {
            Verdict.Accepted => "accepted",
            Verdict.NotChecked => "unknown ",
            _ => "PUBLIC  ",
        };
}
