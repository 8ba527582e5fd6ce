using Lab.Model.Running;
using Lab.Runtime.State;
using Lab.UnitTests.Dashboard;

namespace Lab.UnitTests.Runtime;

public sealed class RunLogsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Logs_come_back_as_they_were_kept_and_a_long_line_is_cut()
    {
        var (runs, lab) = (new KeptRuns(_folder.Path), Stage.Healthy(new Lab.Model.Definition.LabDefinition()));
        lab.Write("dnsmasq", "DHCPACK", new string('x', 5000));
        await RunLogs.KeepAsync(lab, runs.LogsOf(1));

        var kept = new RunLogs(runs.LogsOf(1));

        Assert.Equal(["dnsmasq"], kept.Logged);
        Assert.Equal([(1, 7), (2, KeptLogs.LongestLine + 1)], kept.Of("dnsmasq").Select(line => (line.Number, line.Text.Length)));
        Assert.Empty(kept.Of("cp1"));
    }

    [Fact]
    public async Task The_logs_of_a_run_go_with_it()
    {
        var (runs, lab) = (new KeptRuns(_folder.Path), new StagedLab());
        for (var number = 1; number <= KeptRuns.Most + 1; number++)
        {
            var record = new RunRecord(runs, new KeptRun(number, "lab", RunPlace.Home, "stand-in", DateTimeOffset.UnixEpoch), lab);
            await record.SaveLogsAsync();
            lab.Set(Stage.Boot("cp1", Lab.Emulation.Machines.BootStage.Dhcp));
            await record.SaveLogsAsync();
            record.Save();
        }

        var files = Directory.GetFiles(Path.Combine(_folder.Path, "runs"), "*.logs.gz").Select(Path.GetFileName).ToList();
        Assert.Equal(KeptRuns.Most, files.Count);
        Assert.DoesNotContain("1.logs.gz", files);
    }

    [Fact]
    public void A_damaged_file_has_no_lines()
    {
        var runs = new KeptRuns(_folder.Path);
        _folder.File("runs/1.logs.gz", "{ no gzip");
        Assert.Empty(new RunLogs(runs.LogsOf(1)).Logged);
        Assert.Empty(new RunLogs(runs.LogsOf(2)).Logged);
    }

    public void Dispose() => _folder.Dispose();
}
