using System.Globalization;
using System.Xml.Linq;
using Lab.Model.Checks;

namespace Lab.Runtime.Reports;

/// <summary>A report as one HTML file that needs nothing beside it: no script, no link to elsewhere.</summary>
public static class HtmlReport
{
    private const string Style = """
        :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
        body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
        h1, h2 { line-height: 1.2; }
        h2 { margin: 2rem 0 .5rem; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8884; }
        td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
        td.bar { width: 40%; }
        .bar div { height: .9rem; margin-top: .3rem; border-radius: 2px; background: #3b82c4; min-width: 2px; }
        .good { color: #18794e; } .bad { color: #cd2b31; } .open { color: #8a6100; }
        @media (prefers-color-scheme: dark) { .good { color: #4cc38a; } .bad { color: #ff8589; } .open { color: #f1a10d; } }
        pre { overflow-x: auto; padding: .75rem; background: #8882; border-radius: 4px; }
        .muted { opacity: .75; } .evidence { overflow-wrap: anywhere; font-family: ui-monospace, monospace; font-size: .85em; }
        """;

    /// <summary>The document.</summary>
    public static string Write(LabReport report)
    {
        var title = $"Lab {report.Lab}: {report.Result}";
        var page = new XElement(
            "html",
            new XAttribute("lang", "en"),
            new XElement(
                "head",
                new XElement("meta", new XAttribute("charset", "utf-8")),
                new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
                Text("title", title),
                new XElement("style", Style)
            ),
            new XElement(
                "body",
                Text("h1", title),
                Text(
                    "p",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"As of {report.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC; the lab {(report.IsRunning ? "is running" : "has ended")}."
                    ),
                    "muted"
                ),
                report.Nodes.Select(Node),
                Findings(report.Findings),
                Versions(report.Versions)
            )
        );
        return $"<!doctype html>\n{page.ToString(SaveOptions.DisableFormatting)}\n";
    }

    private static XElement Node(NodeReport node)
    {
        var section = new XElement(
            "section",
            Text(
                "h2",
                $"{node.Name}: {node.Result}",
                node.IsReady ? "good"
                    : node.IsOpen ? "open"
                    : "bad"
            )
        );
        if (node.Cause is { } cause)
        {
            section.Add(Text("p", cause));
        }

        if (node.Remedy is { } remedy)
        {
            section.Add(new XElement("p", Text("strong", "What to do: "), ReportText.Of(remedy)));
        }

        if (node.Failure is { Evidence.Count: > 0 } failure)
        {
            section.Add(Text("pre", string.Join('\n', failure.Evidence)));
        }

        if (node.Stages.Count > 0)
        {
            section.Add(Chart(node));
        }

        return section;
    }

    /// <summary>A bar for each stage, from the end of the one before it to its own.</summary>
    private static XElement Chart(NodeReport node)
    {
        var end = Math.Max(node.Stages[^1].Seconds, 0.001);
        var table = Table("stage", "", "s", "seen by", "what was seen");
        var from = 0.0;
        foreach (var stage in node.Stages)
        {
            var bar = string.Create(CultureInfo.InvariantCulture, $"margin-left: {from / end * 100:0.##}%; width: {(stage.Seconds - from) / end * 100:0.##}%");
            table.Add(
                new XElement(
                    "tr",
                    Text("td", stage.Name),
                    new XElement("td", new XAttribute("class", "bar"), new XElement("div", new XAttribute("style", bar), "")),
                    Text("td", stage.Seconds.ToString("0.00", CultureInfo.InvariantCulture), "number"),
                    Text("td", stage.Source),
                    Text("td", stage.Evidence ?? "", "evidence")
                )
            );
            from = stage.Seconds;
        }

        return table;
    }

    private static XElement? Findings(IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 0)
        {
            return null;
        }

        var table = Table("", "check", "what is wrong", "what to do");
        foreach (var finding in findings)
        {
            var look = finding.Severity switch
            {
                Severity.Error => "bad",
                Severity.Warning => "open",
                _ => "muted",
            };
            table.Add(
                new XElement(
                    "tr",
                    Text("td", finding.Severity.Word(), look),
                    Text("td", $"{finding.Id} ({finding.Path})"),
                    Text("td", finding.Explanation),
                    Text("td", finding.Remedy)
                )
            );
        }

        return new XElement("section", Text("h2", $"Checks: {FindingText.Summary(findings)}"), table);
    }

    private static XElement? Versions(IReadOnlyList<(string Name, string Version)> versions)
    {
        if (versions.Count == 0)
        {
            return null;
        }

        var table = Table("program", "version");
        table.Add(versions.Select(version => new XElement("tr", Text("td", version.Name), Text("td", version.Version))));
        return new XElement("section", Text("h2", "Versions"), table);
    }

    private static XElement Table(params string[] columns) => new("table", new XElement("tr", columns.Select(column => Text("th", column))));

    private static XElement Text(string element, string text, string? look = null) =>
        new(element, look is null ? null : new XAttribute("class", look), ReportText.Of(text));
}
