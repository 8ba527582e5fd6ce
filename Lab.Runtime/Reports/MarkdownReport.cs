using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Lab.Model;
using Lab.Model.Checks;

namespace Lab.Runtime.Reports;

/// <summary>A report as Markdown, for the summary of a CI job.</summary>
public static partial class MarkdownReport
{
    /// <summary>The text.</summary>
    public static string Write(LabReport report)
    {
        var text = new StringBuilder($"## Lab {Plain(report.Lab)}: {report.Result}\n\n");
        text.Append("| node | result | seconds | last stage |\n|---|---|---:|---|\n");
        foreach (var node in report.Nodes)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {Plain(node.Name)} | {(node.IsReady ? "✅" : node.IsOpen ? "⏳" : "❌")} {Plain(node.Result)} | {node.Seconds:0.00} | {Plain(node.Stages.LastOrDefault()?.Name ?? "–")} |\n"
            );
        }

        foreach (var node in report.Nodes.Where(node => !node.IsReady))
        {
            text.Append($"\n**{Plain(node.Name)}**: {Plain(node.Cause!)}{(node.Remedy is { } remedy ? $" **What to do:** {Plain(remedy)}" : "")}\n");
            if (node.Failure is { Evidence.Count: > 0 } failure)
            {
                // Indented, for no fence is safe from what machines write.
                text.Append('\n').AppendJoin("", failure.Evidence.Select(line => $"    {VisibleText.Of(line)}\n"));
            }
        }

        if (report.Findings.Count > 0)
        {
            text.Append($"\nChecks of the lab file: {FindingText.Summary(report.Findings)}\n");
        }

        if (report.Versions.Count > 0)
        {
            text.Append($"\n{Plain(string.Join(", ", report.Versions.Select(version => $"{version.Name} {version.Version}")))}\n");
        }

        return text.ToString();
    }

    /// <summary>Text in which no character means anything to Markdown or HTML.</summary>
    private static string Plain(string text) => Special().Replace(VisibleText.Of(text).Replace('\n', ' '), match => $"&#{(int)match.Value[0]};");

    [GeneratedRegex(@"[\\`*_{}\[\]<>#|~&$@]")]
    private static partial Regex Special();
}
