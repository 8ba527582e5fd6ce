using System.CommandLine;
using System.Text.Json;
using Lab.CommandLine;
using Lab.Model.Checks;
using Lab.Model.Input;

namespace LabCli.Commands;

/// <summary><c>check</c>: what of the definition cannot work on AWS.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var command = new VerbCommand(
            "check",
            "Check the lab file for what cannot work on AWS or works differently than expected: what, why, what to do, and the source. Exit code: 0 nothing worse than a warning, 1 an error."
        )
        {
            CommonOptions.File,
            CommonOptions.Json,
            DayOption.Date,
        };
        command.SetAction(arguments =>
            Print(
                LabChecks.Run(LabFile.Load(arguments.GetValue(CommonOptions.File)), DayOption.Today(arguments, TimeProvider.System)),
                arguments.GetValue(CommonOptions.Json)
            )
        );
        return command;
    }

    private static int Print(IReadOnlyList<Finding> findings, bool json)
    {
        foreach (var finding in findings)
        {
            IEnumerable<string> lines = json
                ? [JsonSerializer.Serialize(finding, JsonSerializerOptions.Web)]
                : [$"{finding.Severity.Word()} {finding.Id} ({finding.Path})", .. finding.Details()];
            lines.ToList().ForEach(Console.WriteLine);
        }

        if (!json)
        {
            Console.WriteLine(FindingText.Summary(findings));
        }

        return findings.Any(finding => finding.Severity == Severity.Error) ? 1 : 0;
    }
}
