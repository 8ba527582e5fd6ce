using System.CommandLine;
using Lab.Deployer.Terminal;
using Lab.Model.Checks;

namespace Lab.Deployer.Commands;

/// <summary><c>check</c>: whether the definition can work on AWS.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var command = Verb.Plain("check", """
            Tell what of the definition cannot work on AWS, or not as one may think: what, why, what to do, and where it can be read. Asks no AWS.

            Exit code: 0 nothing worse than a warning, 1 an error.

            Examples:
              lab-deploy check
              lab-deploy check --file other.yaml --json
            """, Options.Date);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var findings = LabChecks.Run(Options.Lab(arguments), Options.Today(arguments, TimeProvider.System));
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
            var color = finding.Severity switch { Severity.Error => "red", Severity.Warning => "yellow", _ => "blue" };
            Output.Markup($"[{color}]{finding.Severity.Word()}[/] [bold]{finding.Id}[/] ({finding.Path})");
            finding.Details().ToList().ForEach(Output.Line);
        }

        Output.Line(FindingText.Summary(findings));
    }
}
