using System.Xml.Linq;

namespace Lab.Tests.Programs;

/// <summary><c>lab report</c>, as a process, of a lab that has ended.</summary>
public sealed class ReportTests : IAsyncLifetime
{
    private const string LastRun = """
        {
          "nodes": { "cp1": "ready", "cp2": "stopped at dhcp" },
          "boots": { "cp1": { "ready": { "seconds": 6.2, "source": "bastion", "evidence": "10.20.13.11:50000 answers" } }, "cp2": {} },
          "failures": { "cp2": { "stage": "dhcp", "seconds": 9.5, "cause": "dnsmasq is Exited.", "evidence": ["dnsmasq is Exited"] } }
        }
        """;

    private readonly LabProgram _program = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_last_run_is_written_as_the_ending_of_the_file_says()
    {
        _program.Folder.File("state/lab/lab/last-run.json", LastRun);
        foreach (var file in new[] { "run.html", "junit.xml", "summary.md" })
        {
            var run = await _program.LabAsync("report", file);
            Assert.True(run.ExitCode == 0, run.Transcript);
            Assert.Contains($"{file}: the last run of lab lab.", run.Transcript);
        }

        var suite = XDocument.Parse(Read("junit.xml")).Root!.Element("testsuite")!;
        Assert.Equal(("2", "1"), ((string?)suite.Attribute("tests"), (string?)suite.Attribute("failures")));
        Assert.Contains("<h1>Lab lab: 1 of 2 nodes ready</h1>", Read("run.html"));
        Assert.StartsWith("## Lab lab: 1 of 2 nodes ready\n", Read("summary.md"));
        Assert.Contains("## Lab lab: 1 of 2 nodes ready", (await _program.LabAsync("report", "--format", "markdown")).Transcript);
    }

    [Theory]
    [InlineData("run.html", "Lab lab has not run yet, so there is nothing to report. Run it with: ")]
    [InlineData("run.pdf", "report cannot see from the name run.pdf what to write. Add --format html, junit or markdown.")]
    public async Task What_cannot_be_reported_is_refused(string file, string message)
    {
        var run = await _program.LabAsync("report", file);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(message, run.Errors);
        Assert.False(File.Exists(Path.Combine(_program.Folder.Path, file)));
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    private string Read(string file) => File.ReadAllText(Path.Combine(_program.Folder.Path, file));
}
