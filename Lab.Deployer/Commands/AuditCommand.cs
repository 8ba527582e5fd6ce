using System.CommandLine;
using Lab.Deployer.Terminal;
using Lab.Deployer.Verification;

namespace Lab.Deployer.Commands;

/// <summary><c>audit</c>: whether anything of the lab can be reached from the internet.</summary>
internal static class AuditCommand
{
    public static Command Create() => Verb.Create("audit", """
        Look for anything in the lab's VPC that the internet can reach: public addresses, open rules, subnets that give addresses out, instances outside the private subnet.

        Exit code: 0 nothing found, 1 something found.

        Example:
          lab-deploy audit --target aws
        """, RunAsync);

    private static async Task<int> RunAsync(Session session, ParseResult arguments, CancellationToken cancellationToken)
    {
        var deployed = await DeployedLab.ReadAsync(session.Aws, session.Lab, cancellationToken);
        var findings = await new Exposure(session.Aws, deployed).FindAsync(cancellationToken);
        if (session.Json)
        {
            Output.Json(findings);
        }
        else
        {
            foreach (var finding in findings)
            {
                Output.Line($"{(finding.IsAccepted ? "accepted" : "PUBLIC  ")}  {finding.What}: {finding.Why}");
            }

            Output.Line(findings.All(finding => finding.IsAccepted) ? "Zero public services." : $"{findings.Count(finding => !finding.IsAccepted)} public.");
        }

        return findings.All(finding => finding.IsAccepted) ? 0 : 1;
    }
}
