using System.CommandLine;
using System.Text.Json;
using Lab.Deployer.Commands;
using Lab.Model.Checks;
using Lab.Model.Definition;

namespace Lab.AppHost.Commands;

/// <summary><c>check</c>: what of the definition cannot work on AWS.</summary>
internal static class CheckCommand
{
    private const string Verb = "dotnet run --project Lab.AppHost -- check";

    public static Command Create()
    {
        var command = new Command("check", "Tell what of the definition cannot work on AWS, or not as one may think: what, why, what to do, and where it can be read. Exit code: 0 nothing worse than a warning, 1 an error.")
        {
            CommonOptions.File, CommonOptions.Json, Options.Date,
        };
        command.SetAction(arguments => Print(LabChecks.Run(LabFile.Load(arguments.GetValue(CommonOptions.File)), Options.Today(arguments, TimeProvider.System)), arguments.GetValue(CommonOptions.Json)));
        return command;
    }

    /// <summary>Tells what cannot work on AWS, a line each, and names what may not: at home neither keeps a lab from running.</summary>
    /// <param name="lab">The definition.</param>
    /// <param name="today">The day that decides what is free.</param>
    /// <param name="say">Takes a line.</param>
    public static void Tell(LabDefinition lab, DateOnly today, Action<string> say)
    {
        var findings = LabChecks.Run(lab, today).Where(finding => finding.Severity > Severity.Info).ToLookup(finding => finding.Severity);
        findings[Severity.Error].ToList().ForEach(finding => say($"On AWS: {finding.Line()}"));
        if (findings[Severity.Warning].ToList() is { Count: > 0 } warnings)
        {
            say($"On AWS: {(warnings.Count == 1 ? "a warning" : $"{warnings.Count} warnings")} ({string.Join(", ", warnings.Select(finding => finding.Id))})");
        }

        if (findings.Count > 0)
        {
            say($"What to do about it, and where it can be read: {Verb}");
        }
    }

    private static int Print(IReadOnlyList<Finding> findings, bool json)
    {
        foreach (var finding in findings)
        {
            IEnumerable<string> lines = json ? [JsonSerializer.Serialize(finding, JsonSerializerOptions.Web)] : [$"{finding.Severity.Word()} {finding.Id} ({finding.Path})", .. finding.Details()];
            lines.ToList().ForEach(Console.WriteLine);
        }

        if (!json)
        {
            Console.WriteLine(FindingText.Summary(findings));
        }

        return findings.Any(finding => finding.Severity == Severity.Error) ? 1 : 0;
    }
}
