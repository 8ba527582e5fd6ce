using Lab.Emulation.Images;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Model.Definition;
using Lab.Model.Running;
using Lab.Runtime.State;

namespace Lab.Tests.Programs;

/// <summary>Nodes that go off by themselves: what is a reboot, and what is an end.</summary>
[BootsMachines]
public sealed class RebootTests : IAsyncDisposable
{
    private readonly LabProgram _program = new();

    [Fact]
    public async Task A_node_that_resets_itself_after_an_installation_boots_again_with_its_disk_and_once_waits_for_that_boot()
    {
        var run = await RunOnceAsync("lab.install=reboot");
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal(["started", "reset", "started", "summary"], run.Course);
        Assert.Equal("cp1", (string?)Assert.Single(run.Of("reset"))["node"]);

        // Both boots begin at their own firmware; the summary is the second one's.
        var boots = run
            .Events.SkipWhile(happened => (string?)happened["event"] != "reset")
            .Where(happened => (string?)happened["event"] == "milestone")
            .ToList();
        Assert.Equal(BootStages.All.Select(BootStages.Id), boots.Select(milestone => (string)milestone["stage"]!));
        Assert.Equal((double)boots[^1]["seconds"]!, (double)run.Events[^1]["nodes"]![0]!["stages"]!["ready"]!);
        var console = await File.ReadAllLinesAsync(_program.Folders.Lab("lab").Log("cp1.console"), TestContext.Current.CancellationToken);
        Assert.Equal(
            [
                "lab-node: disk 8 GiB, blank",
                "lab-node: installed: reboots",
                "cp1 reset itself and boots again.",
                "lab-node: disk 8 GiB, written by earlier boots: 1",
            ],
            console.Where(line =>
                line.StartsWith("lab-node: disk", StringComparison.Ordinal)
                || line.StartsWith("lab-node: installed", StringComparison.Ordinal)
                || line.StartsWith("cp1 ", StringComparison.Ordinal)
            )
        );
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_Linux_that_starts_another_kernel_without_a_reset_makes_a_boot_of_its_own()
    {
        var tools = await new HostInstaller(LabFolders.OfUser, _ => { }).ProvideAsync(install: true, tryAgain: false, TestContext.Current.CancellationToken);
        File.Copy(tools.Of(Architecture.Arm64).Kernel, Path.Combine(_program.Folder.Path, "linux"));
        await SystemdRoot.WriteAsync(Path.Combine(_program.Folder.Path, "initrd.gz"), tools, StandInImage.Get(tools, LabFolders.OfUser).InitrdPath);
        _program.Folder.File(
            "lab.yaml",
            $"image: {{ kernel: linux, initrd: initrd.gz, arguments: [{SystemdRoot.Arguments}], ready: 'tcp:50000' }}\nmachine: {{ memoryMib: 1536 }}\n"
        );
        var run = await _program.RunAsync("up", "--once", "--json", "--timeout", "900");
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal(["started", "kexec", "started", "summary"], run.Course);
        Assert.Equal(
            ["linux", "userspace", "lease", "ready"],
            run.Events.SkipWhile(happened => (string?)happened["event"] != "kexec")
                .Where(happened => (string?)happened["event"] == "milestone")
                .Select(milestone => (string)milestone["stage"]!)
        );
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_node_that_powers_itself_off_stays_off()
    {
        var run = await RunOnceAsync("lab.install=power-off");
        Assert.True(run.ExitCode == 1, run.Transcript);
        Assert.Equal(["started", "failure", "off", "summary"], run.Course);
        Assert.Equal("The machine is off: it powered itself off.", (string?)Assert.Single(run.Of("failure"))["cause"]);
        var off = Assert.Single(run.Of("off"));
        Assert.Equal((0, "guest-shutdown"), ((int)off["exitCode"]!, (string?)off["reason"]));
    }

    [Fact]
    public async Task A_kernel_that_panics_and_resets_the_machine_is_diagnosed_at_its_first_boot()
    {
        var run = await RunOnceAsync("rdinit=/none", "panic=-1");
        Assert.True(run.ExitCode == 1, run.Transcript);
        Assert.Equal(["started", "failure", "summary"], run.Course.Where(kind => kind != "off"));
        var failure = Assert.Single(run.Of("failure"));
        Assert.Equal("userspace", (string?)failure["stage"]);
        Assert.Contains("Kernel panic", failure["evidence"]!.ToJsonString());
        Assert.StartsWith("Linux found no init in the initramfs, and no root file system to mount instead", (string?)failure["cause"]);
    }

    [Fact]
    public async Task A_node_that_resets_itself_over_and_over_stays_off_after_three_boots_until_it_is_switched_on()
    {
        await using var lab = await LabInProcess.RunAsync(
            new LabDefinition
            {
                Name = "inside",
                Boot = new BootDefinition { Arguments = ["lab.install=reboot"] },
                Nodes = [new LabDefinition().Nodes[0] with { DiskGib = 0 }],
            }
        );
        await lab.UntilAsync(_ => lab.Of("cp1").State == ResourceState.Exited, "the node is off");
        Assert.Equal((2, "off: it reset itself", null), (lab.Of("cp1").Restarts, lab.Of("cp1").Detail, lab.Of("cp1").Pid));
        Assert.Contains("3 boots in a row ended so", lab.Resources.Boots[0].Failure!.Cause);
        Assert.Equal(BootStage.Images, lab.Resources.Boots[0].Stages[^1].Stage);

        Assert.Null(await lab.Resources.ExecuteAsync("cp1", "start", TestContext.Current.CancellationToken));
        await lab.UntilAsync(_ => lab.Of("cp1").Restarts == 4, "the node has been switched on and has reset itself again");
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _program.DisposeAsync();

    private async Task<ProgramRun> RunOnceAsync(params string[] arguments)
    {
        _program.Folder.File("lab.yaml", $"name: lab\nboot:\n  arguments: [{string.Join(", ", arguments)}]\n");
        return await _program.RunAsync("up", "--once", "--json");
    }
}
