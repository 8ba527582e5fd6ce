using Lab.Emulation.Machines;
using Lab.Model.Input;
using Lab.Model.Running;
using Lab.Runtime.Runs;
using Lab.Runtime.State;
using Lab.UnitTests.Dashboard;

namespace Lab.UnitTests.Runtime;

public sealed class KeptRunsTests : IDisposable
{
    private static readonly DateTimeOffset Day = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_last_twenty_are_kept_the_newest_first()
    {
        var runs = new KeptRuns(_folder.Path);
        for (var number = 1; number <= 23; number++)
        {
            Assert.Equal(number, runs.Next());
            runs.Save(Run(number));
        }

        Assert.Equal(Enumerable.Range(4, 20).Reverse(), runs.All().Select(run => run.Number));
        Assert.Null(runs.Find(3));
        Assert.Equal(24, runs.Next());
    }

    [Fact]
    public void A_file_that_is_damaged_is_no_run_and_its_number_is_not_given_again()
    {
        var runs = new KeptRuns(_folder.Path);
        runs.Save(Run(1));
        _folder.File("runs/2.json", "{ \"number\": ");
        _folder.File("runs/notes.json", "mine");

        Assert.Equal([1], runs.All().Select(run => run.Number));
        Assert.Equal(3, runs.Next());
    }

    [Fact]
    public void A_boot_comes_back_as_it_was_kept()
    {
        var boot = Stage.Boot("cp1", BootStage.Kernel) with
        {
            Failure = new Diagnosis(BootStage.Initrd, ["boot-server: 404"], new Reason("It is not there.", "Put it there.") { Setting = "boot.kernel" })
            {
                WentOn = true,
            },
            EndedAfter = TimeSpan.FromSeconds(9),
        };
        var runs = new KeptRuns(_folder.Path);
        runs.Save(Run(1) with { Boots = [KeptBoots.Keep(boot)] });

        var back = KeptBoots.Restore(Assert.Single(runs.Find(1)!.Boots), isOver: true);

        Assert.Equal(boot.Stages, back.Stages);
        Assert.Equal(boot.Path, back.Path);
        Assert.Equal((boot.SwitchedOn, boot.EndedAfter, boot.IsReady), (back.SwitchedOn, back.EndedAfter, back.IsReady));
        Assert.Equal((BootStage.Initrd, true, "It is not there."), (back.Failure!.Stage, back.Failure.WentOn, back.Failure.Cause));
        Assert.Equal(boot.Failure.Reason, back.Failure.Reason);
        Assert.Equal(["boot-server: 404"], back.Failure.Evidence);
    }

    [Fact]
    public void A_run_is_recorded_from_its_first_boot_to_its_end()
    {
        var (runs, lab) = (new KeptRuns(_folder.Path), new StagedLab());
        var record = new RunRecord(runs, Run(1), lab);
        record.End(Day);
        Assert.Empty(runs.All());

        record = new RunRecord(runs, Run(1), lab);
        lab.Set(Stage.Boot("cp1", BootStage.Dhcp) with { SwitchedOn = Day });
        record.Save();
        Assert.Equal((null, 2), (runs.Find(1)!.Ended, runs.Find(1)!.Boots[0].Stages.Count));
        lab.Set(Stage.Boot("cp1", BootStage.Ready) with { SwitchedOn = Day });
        lab.Set(Stage.Boot("cp1", BootStage.Dhcp) with { SwitchedOn = Day.AddMinutes(1) });
        record.End(Day.AddMinutes(2));

        var run = runs.Find(1)!;
        Assert.Equal(Day.AddMinutes(2), run.Ended);
        Assert.Equal([true, false], run.Boots.Select(boot => boot.IsReady));
        Assert.Equal("0 of 1 nodes ready", run.Result);
    }

    [Fact]
    public void A_cluster_comes_back_as_it_was_kept()
    {
        var (runs, lab) = (new KeptRuns(_folder.Path), new StagedLab());
        var record = new RunRecord(runs, Run(1), lab);
        lab.Set(Stage.Boot("cp1", BootStage.Ready) with { SwitchedOn = Day });
        record.Save();
        Assert.Null(runs.Find(1)!.Cluster);

        var reached = new LabEvent.ClusterMilestone("cp1", ClusterStage.Configured, TimeSpan.FromSeconds(3.1), "talosctl", "took its configuration");
        var failed = new LabEvent.ClusterFailed("cp1", ClusterStage.Etcd, TimeSpan.FromSeconds(60), new Reason("No time.", "Wait."), ["time is not in sync"]);
        var cluster = new ClusterSnapshot("garage", Day, [new("cp1", [ClusterStage.Configured, ClusterStage.Etcd]) { Stages = [reached], Failure = failed }])
        {
            EndedAfter = TimeSpan.FromSeconds(61),
        };
        lab.Set(cluster);
        record.End(Day.AddMinutes(2));

        var kept = runs.Find(1)!.Cluster!;
        Assert.Equal("0 of 1 node in it", kept.Result);
        var back = KeptClusters.Restore(kept, isOver: true);
        Assert.Equal((cluster.Name, cluster.Began, cluster.EndedAfter), (back.Name, back.Began, back.EndedAfter));
        var node = Assert.Single(back.Nodes);
        Assert.Equal(cluster.Nodes[0].Path, node.Path);
        Assert.Equal([reached], node.Stages);
        Assert.Equal((failed.Stage, failed.Elapsed, failed.Reason), (node.Failure!.Stage, node.Failure.Elapsed, node.Failure.Reason));
        Assert.Equal(failed.Evidence, node.Failure.Evidence);
    }

    [Fact]
    public void Usual_is_the_median_of_earlier_ready_boots_of_the_node_at_the_same_place_with_the_same_image()
    {
        KeptRun[] runs =
        [
            Run(1, Boot(1, 10)),
            Run(2, Boot(2, 11)),
            Run(3, Boot(3, 30)),
            Run(4, Boot(4, 99) with { Stages = [] }),
            Run(5, Boot(5, 500)) with
            {
                Image = "talos",
            },
            Run(6, Boot(6, 600)) with
            {
                Place = RunPlace.Lan,
            },
            Run(7, Boot(7, 700) with { Node = "cp2" }),
            Run(8, Boot(8, 13)),
            Run(9, Boot(9, 1000)),
        ];

        var usual = UsualBoot.Of(runs, (RunPlace.Home, "stand-in"), runs[7].Boots[0])!;

        Assert.Equal((3, 11), (usual.Boots, usual.Total));
        Assert.Equal(1, usual.Steps["kernel"]);
        Assert.Null(UsualBoot.Of(runs, (RunPlace.Home, "stand-in"), runs[0].Boots[0]));
        Assert.Equal(("ready", 4), usual.Slowest([("kernel", 1.4), ("ready", usual.Steps["ready"] + 4)]));
        Assert.Null(usual.Slowest([("kernel", 1.4), ("linux", 50)]));
    }

    [Fact]
    public void Two_runs_are_compared_stage_by_stage()
    {
        var comparison = RunComparison.Of(Run(1, Boot(1, 10), Boot(1, 12)), Run(2, Boot(2, 15), Boot(2, 3) with { Node = "cp2" }) with { Image = "talos" });

        Assert.Equal("Run 1 has booted stand-in, run 2 talos.", comparison.Caution);
        Assert.Equal(["cp1", "cp2"], comparison.Nodes.Select(node => node.Node));
        Assert.Equal((3, 3), (comparison.Nodes[0].Longer(1), comparison.Nodes[0].Stages[^1].Longer(1)));
        Assert.Equal("not there", NodeComparison.ResultOf(comparison.Nodes[1].Boots[0]));
        Assert.Null(comparison.Nodes[1].Longer(1));
    }

    [Fact]
    public void Three_runs_are_compared_with_the_first_and_their_stages_stand_in_the_order_of_the_boots()
    {
        var comparison = RunComparison.Of(
            Run(1, BootOf("firmware", "dhcp", "kernel", "ready")),
            Run(2, BootOf("launch", "dhcp", "kernel", "ready")) with
            {
                Place = RunPlace.Vpc,
            },
            Run(3, BootOf("dhcp", "tftp", "disk")) with
            {
                Place = RunPlace.Lan,
            }
        );

        Assert.Equal("Run 1 is of the place home, run 2 of vpc, run 3 of lan: their boots take different paths.", comparison.Caution);
        var node = Assert.Single(comparison.Nodes);
        Assert.Equal(["firmware", "launch", "dhcp", "kernel", "ready", "tftp", "disk"], node.Stages.Select(stage => stage.Name));
        Assert.Equal([1d, 1d, 0d], node.Stages.Single(stage => stage.Name == "dhcp").Seconds);
        Assert.Equal((0, -1), (node.Stages[2].Longer(1), node.Stages[2].Longer(2)));
        Assert.Null(node.Stages.Single(stage => stage.Name == "kernel").Longer(2));
        Assert.Equal(0, node.Longer(1));
        Assert.Null(node.Longer(2));
        Assert.Equal("ended after disk", NodeComparison.ResultOf(node.Boots[2]));
    }

    [Theory]
    [InlineData("# mine\nnodes:\n  - { name: cp1, mac: \"52:54:00:13:00:01\" }\n  - name: cp2\n    mac: x\n", "cp2", 4, "- name: cp2")]
    [InlineData("nodes:\n  - { name: cp1 }\n", "cp2", null, null)]
    [InlineData("nodes: 7\n", "cp1", null, null)]
    [InlineData("nodes: [", "cp1", null, null)]
    [InlineData("", "cp1", null, null)]
    public void The_line_of_a_node_in_the_lab_file(string text, string node, int? line, string? shown)
    {
        var place = LabFilePlace.OfNode(_folder.File("lab.yaml", text), node);

        Assert.Equal((line, shown), (place?.Number, place?.Text));
    }

    [Theory]
    [InlineData("nodes[].mac", 5, "mac: x")]
    [InlineData("nodes[].arch", 4, "- name: cp1")]
    [InlineData("boot.arguments", 2, "arguments: [a]")]
    [InlineData("boot.kernel", 1, "boot:")]
    [InlineData("launch.metadataTokens", 4, "- name: cp1")]
    public void The_line_of_a_setting_is_that_of_what_it_would_stand_in_where_the_file_has_it_not(string setting, int line, string shown)
    {
        var file = _folder.File("lab.yaml", "boot:\n  arguments: [a]\nnodes:\n  - name: cp1\n    mac: x\n");
        var place = LabFilePlace.OfSetting(file, "cp1", setting);

        Assert.Equal((line, shown), (place?.Number, place?.Text));
    }

    public void Dispose() => _folder.Dispose();

    private static KeptRun Run(int number, params KeptBoot[] boots) => new(number, "lab", RunPlace.Home, "stand-in", Day.AddHours(number)) { Boots = boots };

    /// <summary>A boot that reached a stage each second.</summary>
    private static KeptBoot BootOf(params string[] stages) =>
        new("cp1", Day, stages) { Stages = [.. stages.Select((stage, seconds) => new KeptStage(stage, seconds, "test", null))] };

    private static KeptBoot Boot(int hour, double seconds) =>
        new("cp1", Day.AddHours(hour), ["kernel", "ready"])
        {
            Stages = [new("kernel", 1, "boot-server", null), new("ready", seconds, "bastion", null)],
            EndedAfter = seconds,
        };
}
