using System.Globalization;
using System.Xml.Linq;
using Lab.Model.Running;

namespace Lab.Runtime.Reports;

/// <summary>A report as JUnit XML, which CI systems show as tests: a case for each node.</summary>
public static class JUnitReport
{
    /// <summary>The document.</summary>
    public static string Write(LabReport report)
    {
        var suite = new XElement(
            "testsuite",
            new XAttribute("name", $"lab {report.Lab}"),
            new XAttribute("tests", report.Nodes.Count),
            new XAttribute("failures", report.Nodes.Count(node => node is { IsReady: false, IsOpen: false })),
            new XAttribute("errors", 0),
            new XAttribute("skipped", report.Nodes.Count(node => node.IsOpen)),
            new XAttribute("time", Seconds(report.Nodes.Sum(node => node.Seconds))),
            new XAttribute("timestamp", report.Time.UtcDateTime.ToString("s", CultureInfo.InvariantCulture)),
            report.Versions.Count == 0
                ? null
                : new XElement(
                    "properties",
                    report.Versions.Select(version => new XElement(
                        "property",
                        new XAttribute("name", ReportText.Of(version.Name)),
                        new XAttribute("value", ReportText.Of(version.Version))
                    ))
                ),
            report.Nodes.Select(node => Case(report, node))
        );
        return $"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{new XElement("testsuites", suite)}\n";
    }

    private static XElement Case(LabReport report, NodeReport node) =>
        new(
            "testcase",
            new XAttribute("classname", $"lab.{report.Lab}"),
            new XAttribute("name", ReportText.Of(node.Name)),
            new XAttribute("time", Seconds(node.Seconds)),
            Outcome(node),
            new XElement("system-out", string.Join('\n', node.Stages.Select(Line)))
        );

    private static XElement? Outcome(NodeReport node) =>
        node.Cause is not { } cause ? null
        : node.IsOpen ? new XElement("skipped", new XAttribute("message", ReportText.Of(cause)))
        : new XElement(
            "failure",
            new XAttribute("message", ReportText.Of(cause)),
            new XAttribute("type", node.Failure?.Stage ?? "not-ready"),
            string.Join('\n', (node.Remedy is { } remedy ? [$"What to do: {remedy}", .. Evidence(node)] : Evidence(node)).Select(line => ReportText.Of(line)))
        );

    private static IReadOnlyList<string> Evidence(NodeReport node) => node.Failure?.Evidence ?? [];

    private static string Line(KeptStage stage) =>
        ReportText.Of($"{Seconds(stage.Seconds)} s {stage.Name} ({stage.Source}){(stage.Evidence is null ? "" : $": {stage.Evidence}")}");

    private static string Seconds(double seconds) => seconds.ToString("0.###", CultureInfo.InvariantCulture);
}
