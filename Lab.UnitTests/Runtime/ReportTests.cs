using System.Xml.Linq;
using Lab.Emulation.Machines;
using Lab.Model.Checks;
using Lab.Model.Definition;
using Lab.Model.Running;
using Lab.Runtime.Reports;
using Lab.Runtime.State;

namespace Lab.UnitTests.Runtime;

public sealed class ReportTests
{
    private static readonly DateTimeOffset Time = new(2026, 11, 28, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_status_keeps_why_a_node_failed_until_it_boots_again_or_gets_ready()
    {
        var status = Run();
        var failure = status.Failures!["cp2"];
        Assert.Equal(("dhcp", 9.5, "dnsmasq | is <stopped> & gone."), (failure.Stage, failure.Seconds, failure.Cause));
        Assert.Equal("Start <dnsmasq>.", failure.Remedy);
        Assert.Equal(["console: \u001b[2J*no* media\uffff", "dnsmasq is Exited"], failure.Evidence);

        status.Add(new LabEvent.NodeStarted("cp2"));
        Assert.Empty(status.Failures);
        status.Add(new LabEvent.NodeFailed("cp2", new Diagnosis(BootStage.Dhcp, [], new Reason("slow", "")), TimeSpan.FromSeconds(3)));
        status.Add(new LabEvent.Milestone("cp2", BootStage.Ready, TimeSpan.FromSeconds(4), "bastion"));
        Assert.Empty(status.Failures);
    }

    [Fact]
    public void A_lab_that_has_ended_can_still_be_reported()
    {
        using var folder = new TemporaryFolder();
        Assert.Null(LabStatus.ReadRun(folder.Path));
        Directory.CreateDirectory(Path.Combine(folder.Path, "run"));
        Run().Save(folder.Path);
        Assert.Equal("ready", LabStatus.ReadRun(folder.Path)!.Value.Status.Nodes["cp1"]);

        Directory.Delete(Path.Combine(folder.Path, "run"), recursive: true);
        Assert.Null(LabStatus.Read(folder.Path));
        Assert.Equal("dhcp", LabStatus.ReadRun(folder.Path)!.Value.Status.Failures!["cp2"].Stage);
    }

    [Fact]
    public void JUnit_has_a_case_for_each_node_and_the_cause_of_each_failure()
    {
        var suite = XDocument.Parse(JUnitReport.Write(Report(isRunning: false))).Root!.Element("testsuite")!;
        Assert.Equal(["lab garage", "3", "2", "0"], Values(suite, "name", "tests", "failures", "skipped"));
        Assert.Equal(["cp1", "cp2", "cp3"], suite.Elements("testcase").Select(each => (string)each.Attribute("name")!));
        Assert.Equal(["lab.garage", "6.25"], Values(suite.Elements("testcase").First(), "classname", "time"));
        Assert.Null(suite.Elements("testcase").First().Element("failure"));
        var failure = suite.Elements("testcase").ElementAt(1).Element("failure")!;
        Assert.Equal(["dnsmasq | is <stopped> & gone.", "dhcp"], Values(failure, "message", "type"));
        Assert.Equal("What to do: Start <dnsmasq>.\nconsole: \\u001b[2J*no* media\\uffff\ndnsmasq is Exited", failure.Value);
        var ended = suite.Elements("testcase").ElementAt(2).Element("failure")!;
        Assert.Equal(["The last stage that was seen is firmware. The lab ended before the node was ready or had failed."], Values(ended, "message"));
        Assert.Equal("qemu", (string?)suite.Element("properties")!.Element("property")!.Attribute("name"));
    }

    [Fact]
    public void A_node_that_still_boots_is_no_failure()
    {
        var suite = XDocument.Parse(JUnitReport.Write(Report(isRunning: true))).Root!.Element("testsuite")!;
        Assert.Equal(["3", "1", "1"], Values(suite, "tests", "failures", "skipped"));
        Assert.Equal(
            ["The last stage that was seen is firmware. The node still boots."],
            Values(suite.Elements("testcase").ElementAt(2).Element("skipped")!, "message")
        );
    }

    [Fact]
    public void HTML_needs_nothing_beside_it_and_shows_text_as_text()
    {
        var report = Report(isRunning: false);
        var html = HtmlReport.Write(report);
        Assert.StartsWith("<!doctype html>\n<html lang=\"en\">", html);
        var page = XDocument.Parse(html.Replace("<!doctype html>\n", "", StringComparison.Ordinal)).Root!;
        Assert.Equal("Lab garage: 1 of 3 nodes ready", page.Descendants("h1").Single().Value);
        Assert.Equal(["cp1: ready", "cp2: stopped at dhcp", "cp3: not ready"], page.Descendants("h2").Take(3).Select(title => title.Value));
        Assert.Contains("dnsmasq | is <stopped> & gone.", page.Descendants("p").Select(text => text.Value));
        Assert.Contains("What to do: Start <dnsmasq>.", page.Descendants("p").Select(text => text.Value));
        Assert.Contains("console: \\u001b[2J*no* media\\uffff\ndnsmasq is Exited", page.Descendants("pre").Select(text => text.Value));
        Assert.Equal("margin-left: 20%; width: 80%", (string?)page.Descendants("div").ElementAt(1).Attribute("style"));
        Assert.Contains(page.Descendants("td"), cell => cell.Value.StartsWith(report.Findings[0].Id, StringComparison.Ordinal));
        Assert.Empty(page.Descendants("script"));
        Assert.Empty(page.Descendants("link"));
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute => attribute.Name.LocalName is "href" or "src");
    }

    [Fact]
    public void Markdown_shows_text_as_text()
    {
        var lines = MarkdownReport.Write(Report(isRunning: false)).Split('\n');
        Assert.Equal("## Lab garage: 1 of 3 nodes ready", lines[0]);
        Assert.Contains("| cp1 | ✅ ready | 6.25 | ready |", lines);
        Assert.Contains("| cp2 | ❌ stopped at dhcp | 9.50 | – |", lines);
        Assert.Contains("**cp2**: dnsmasq &#124; is &#60;stopped&#62; &#38; gone. **What to do:** Start &#60;dnsmasq&#62;.", lines);
        Assert.Contains("    console: \\u001b[2J*no* media\uffff", lines);
        Assert.Contains("qemu 8.2&#95;1", lines);
    }

    private static LabReport Report(bool isRunning) =>
        LabReport.From("garage", Run(), Time, isRunning) with
        {
            Versions = [("qemu", "8.2_1")],
            Findings = LabChecks.Run(new LabDefinition(), new DateOnly(2027, 2, 1)),
        };

    private static LabStatus Run()
    {
        var status = new LabStatus();
        LabEvent[] happened =
        [
            new LabEvent.NodeStarted("cp1"),
            new LabEvent.NodeStarted("cp2"),
            new LabEvent.NodeStarted("cp3"),
            new LabEvent.Milestone("cp1", BootStage.Firmware, TimeSpan.FromSeconds(1.25), "console"),
            new LabEvent.Milestone("cp3", BootStage.Firmware, TimeSpan.FromSeconds(1.5), "console"),
            new LabEvent.Milestone("cp1", BootStage.Ready, TimeSpan.FromSeconds(6.25), "bastion"),
            new LabEvent.NodeFailed(
                "cp2",
                new Diagnosis(
                    BootStage.Dhcp,
                    ["console: \u001b[2J*no* media\uffff", "dnsmasq is Exited"],
                    new Reason("dnsmasq | is <stopped> & gone.", "Start <dnsmasq>.")
                ),
                TimeSpan.FromSeconds(9.5)
            ),
        ];
        happened.ToList().ForEach(status.Add);
        return status;
    }

    private static string?[] Values(XElement element, params string[] names) => [.. names.Select(name => (string?)element.Attribute(name))];
}
