using System.CommandLine;
using Lab.CommandLine;
using Lab.Model.Checks;

namespace Lab.Deployer.Commands;

/// <summary><c>check</c>: whether the definition can work on AWS.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var command = Verb.Plain(
            "check",
            """
            Check the lab file for what cannot work on AWS or works differently than expected: what, why, what to do, and the source. Asks no AWS.

            Exit code: 0 nothing worse than a warning, 1 an error.

            Examples:
              lab-deploy check
              lab-deploy check --file other.yaml --json
            """,
            DayOption.Date
        );
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var findings = LabChecks.Run(Options.Lab(arguments), DayOption.Today(arguments, TimeProvider.System));
        if (arguments.GetValue(Options.Json))
        {
            Output.Json(findings);
        }
        else
        {
            Print(findings);
        }

        return findings.Any(finding => finding.Severity == Severity.Error) ? 1 : 0;
    }

    private static void Print(IReadOnlyList<Finding> findings)
    {
        foreach (var finding in findings)
        {
            var color = finding.Severity switch
            {
                Severity.Error => "red",
                Severity.Warning => "yellow",
                _ => "blue",
            };
            Output.Markup($"[{color}]{finding.Severity.Word()}[/] [bold]{finding.Id}[/] ({finding.Path})");
            finding.Details().ToList().ForEach(Output.Line);
        }

        Output.Line(FindingText.Summary(findings));
    }
}
