using System.CommandLine;
using System.Text.Json;
using Lab.CommandLine;
using Lab.Model.Checks;
using Lab.Model.Input;
using Lab.Model.Rendering;

namespace LabCli.Commands;

/// <summary><c>check</c>: what of the definition cannot work on AWS.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var command = new VerbCommand(
            "check",
            "Check the lab file for what cannot work on AWS or works differently than expected: what, why, what to do, and the source. With --machine-configs also whether your machine configurations fit the lab and each other. Exit code: 0 nothing worse than a warning, 1 an error."
        )
        {
            CommonOptions.File,
            CommonOptions.Json,
            DayOption.Date,
            RunOptions.MachineConfigs,
        };
        command.SetAction(arguments => Print(Find(arguments), arguments.GetValue(CommonOptions.Json)));
        return command;
    }

    private static IReadOnlyList<Finding> Find(ParseResult arguments)
    {
        var lab = LabFile.Load(arguments.GetValue(CommonOptions.File));
        var findings = LabChecks.Run(lab, DayOption.Today(arguments, TimeProvider.System));
        if (arguments.GetValue(RunOptions.MachineConfigs) is not { } folder)
        {
            return findings;
        }

        var configurations = MachineConfigFolder.Read(folder, lab);
        if (configurations.Warning(lab) is { } warning)
        {
            Console.Error.WriteLine(warning);
        }

        return [.. MachineConfigChecks.Run(lab, configurations).Concat(findings).OrderByDescending(finding => finding.Severity)];
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
