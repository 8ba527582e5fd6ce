using System.CommandLine;
using System.Text.Json;
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
            CommonOptions.File, CommonOptions.Json,
        };
        command.SetAction(arguments => Print(Findings(LabFile.Load(arguments.GetValue(CommonOptions.File))), arguments.GetValue(CommonOptions.Json)));
        return command;
    }

    /// <summary>Tells what is worse than a note, a line each.</summary>
    public static void Tell(LabDefinition lab, Action<string> say)
    {
        var findings = Findings(lab).Where(finding => finding.Severity > Severity.Info).ToList();
        findings.ForEach(finding => say($"On AWS: {finding.Line()}"));
        if (findings.Count > 0)
        {
            say($"What to do about it, and where it can be read: {Verb}");
        }
    }

    private static IReadOnlyList<Finding> Findings(LabDefinition lab) => LabChecks.Run(lab, DateOnly.FromDateTime(DateTime.UtcNow));

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
