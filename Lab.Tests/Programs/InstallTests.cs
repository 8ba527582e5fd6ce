using System.Text;
using Lab.Emulation.Machines;
using Lab.Model.Definition;
using Lab.Model.Running;
using Lab.Runtime.State;

namespace Lab.Tests.Programs;

/// <summary>The stand-in installs itself to its disk, as a Talos does: how it goes on, and what boots afterwards.</summary>
[BootsMachines]
public sealed class InstallTests : IAsyncDisposable
{
    private static readonly string[] FromDisk = ["firmware", "linux", "userspace", "lease", "ready"];

    private readonly LabProgram _program = new();

    [Fact]
    public async Task A_node_goes_on_from_its_disk_by_kexec_and_boots_from_there_until_the_disk_is_reset()
    {
        WriteLab("arguments: [lab.install=disk]");
        var run = _program.Start("up", "--json", "--port", "0");
        await ReadyAsync(run, times: 1);
        await CommandAsync("power-cycle");
        await ReadyAsync(run, times: 2);
        var fromDisk = Console().Split("UEFI firmware")[^1];
        Assert.Contains("BdsDxe: starting Boot0001 \"UEFI Misc Device\"", fromDisk);
        Assert.DoesNotContain("iPXE", fromDisk);
        Assert.Contains("lab-node: disk 8 GiB, written by earlier boots: 2", fromDisk);
        await CommandAsync("reset-disk");
        await ReadyAsync(run, times: 3);
        await run.SignalAsync("INT");
        await run.Ended;
        Assert.True(run.ExitCode == 0, run.Transcript);

        string[] fromNetwork = [.. BootStages.All.Select(BootStages.Id).SkipLast(1)];
        string[][] boots = [fromNetwork, FromDisk[1..], FromDisk, fromNetwork, FromDisk[1..]];
        Assert.Equal(boots, Boots(run));

        // What was ahead of each boot: the page draws that, and compares with earlier boots that had the same.
        var kept = (await _program.RunAsync("runs", "show", "1", "--json")).Events[0]["boots"]!.AsArray();
        string[] whole = [.. BootStages.All.Select(BootStages.Id)];
        string[][] paths = [whole, FromDisk[1..], FromDisk, whole, FromDisk[1..]];
        Assert.Equal(paths, kept.Select(boot => Demanded([.. boot!["path"]!.AsArray().Select(stage => BootStages.Find((string)stage!)!.Value)])));
        Assert.Equal(["started", "kexec", "started", "summary", "started", "started", "kexec", "started"], run.Course);
        Assert.Equal(
            [
                "lab-node: disk 8 GiB, blank",
                "lab-node: installs itself to /dev/vda",
                "lab-node: installed: starts from its disk by kexec",
                "lab-node: runs from its disk",
                "lab-node: disk 8 GiB, written by earlier boots: 1",
                "lab-node: runs from its disk",
                "lab-node: disk 8 GiB, written by earlier boots: 2",
                "lab-node: disk 8 GiB, blank",
                "lab-node: installs itself to /dev/vda",
                "lab-node: installed: starts from its disk by kexec",
                "lab-node: runs from its disk",
                "lab-node: disk 8 GiB, written by earlier boots: 1",
            ],
            Said()
        );
        await _program.NothingIsLeftAsync();
    }

    [Theory]
    [InlineData("lab.install=disk-reset")]
    [InlineData("lab.install=disk, sysctl.kernel.kexec_load_disabled=1")]
    public async Task An_installation_without_kexec_ends_in_a_reset_and_the_boot_after_it_is_one_from_the_disk(string arguments)
    {
        WriteLab($"arguments: [{arguments}]");
        var run = await _program.RunAsync("up", "--once", "--json");
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal(["started", "reset", "started", "summary"], run.Course);
        Assert.Equal(FromDisk, Boots(run).ElementAt(1));
        Assert.Equal(
            [
                "lab-node: disk 8 GiB, blank",
                "lab-node: installs itself to /dev/vda",
                "lab-node: installed: reboots",
                "lab-node: runs from its disk",
                "lab-node: disk 8 GiB, written by earlier boots: 1",
            ],
            Said()
        );
        await _program.NothingIsLeftAsync();
    }

    [Theory]
    [InlineData("arch: amd64", "disk", "kexec", "/dev/vda")]
    [InlineData("disks: [{ gib: 1, bus: nvme }]", "disk-reset", "reset", "/dev/nvme0n1")]
    [InlineData("arch: amd64, disks: [{ gib: 1, bus: scsi }]", "disk-reset", "reset", "/dev/sda")]
    public async Task A_PC_and_disks_of_other_kinds_are_installed_too(string node, string install, string restart, string disk)
    {
        WriteLab($"arguments: [lab.install={install}]", node);
        var run = await _program.RunAsync("up", "--once", "--json");
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal(["started", restart, "started", "summary"], run.Course);
        Assert.Equal(restart == "kexec" ? FromDisk[1..] : FromDisk, Boots(run).ElementAt(1));
        Assert.Contains($"lab-node: installs itself to {disk}", Said());
        Assert.Contains("lab-node: runs from its disk", Said());
    }

    [Fact]
    public async Task A_node_without_a_disk_says_that_it_cannot_install_itself()
    {
        WriteLab("arguments: [lab.install=disk]", "diskGib: 0");
        var run = await _program.RunAsync("up", "--once", "--json");
        Assert.True(run.ExitCode == 1, run.Transcript);
        var failure = Assert.Single(run.Of("failure"));
        Assert.Equal("ready", (string?)failure["stage"]);
        Assert.Contains(
            "lab-node: failed stage=ready reason=the installation failed: there is no disk /dev/vda, /dev/nvme0n1 or /dev/sda",
            failure["evidence"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })
        );
    }

    [Fact]
    public async Task A_disk_of_another_system_stays_as_it_is()
    {
        await using var lab = await LabInProcess.RunAsync(
            new LabDefinition
            {
                Name = "inside",
                Boot = new BootDefinition { Arguments = ["lab.install=disk-reset"] },
            }
        );
        await lab.UntilAsync(_ => lab.Of("cp1").State == ResourceState.Running, "the node is on");
        Assert.Null(await lab.Resources.ExecuteAsync("cp1", "power-off", TestContext.Current.CancellationToken));
        await using (var disk = File.OpenWrite(lab.Folder.Disk("cp1")))
        {
            await disk.WriteAsync("another system"u8.ToArray(), TestContext.Current.CancellationToken);
        }

        Assert.Null(await lab.Resources.ExecuteAsync("cp1", "start", TestContext.Current.CancellationToken));
        // The lab may have said before that a node which was switched off is not ready; of that there is no evidence.
        await lab.UntilAsync(_ => lab.Resources.Boots is [{ Failure.Evidence.Count: > 0 }], "the node says that it does not install itself");
        Assert.Contains(
            "console: lab-node: failed stage=ready reason=the installation failed: /dev/vda holds another system",
            lab.Resources.Boots[0].Failure!.Evidence
        );
        var begin = new byte[4096];
        await using (var disk = new FileStream(lab.Folder.Disk("cp1"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
        {
            await disk.ReadExactlyAsync(begin, TestContext.Current.CancellationToken);
        }

        Assert.Equal("another system", Encoding.ASCII.GetString(begin).TrimEnd('\0'));
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _program.DisposeAsync();

    private void WriteLab(string boot, string node = "diskGib: 8") =>
        _program.Folder.File(
            "lab.yaml",
            $"name: lab\nboot: {{ {boot} }}\nnodes:\n- {{ name: cp1, mac: \"52:54:00:13:00:01\", address: 10.20.13.11, {node} }}\n"
        );

    private async Task CommandAsync(string command)
    {
        var run = await _program.LabAsync(command, "cp1");
        Assert.True(run.ExitCode == 0, run.Transcript);
    }

    private static Task ReadyAsync(ProgramRun run, int times) =>
        run.WaitForAsync(happened => (string?)happened["event"] == "milestone" && (string?)happened["stage"] == "ready", times);

    private string Console() => File.ReadAllText(_program.Folders.Lab("lab").Log("cp1.console"));

    /// <summary>What the stand-in said of its disk.</summary>
    private IEnumerable<string> Said() =>
        Console().Split('\n').Where(line => line.StartsWith("lab-node: ", StringComparison.Ordinal) && (line.Contains("disk") || line.Contains("install")));

    /// <summary>A boot from a disk is not expected to show what it pulls, so nothing waits for it.</summary>
    private static IEnumerable<string> Demanded(IReadOnlyCollection<BootStage> stages) =>
        stages.Where(stage => stage != BootStage.Images || stages.Contains(BootStage.Dhcp)).Select(BootStages.Id);

    /// <summary>The stages of each boot; the sources of two that follow each other closely may be read in another order.</summary>
    private static IEnumerable<IEnumerable<string>> Boots(ProgramRun run)
    {
        var boots = new List<SortedSet<BootStage>>();
        foreach (var happened in run.Events)
        {
            if ((string?)happened["event"] == "started")
            {
                boots.Add([]);
            }
            else if ((string?)happened["event"] == "milestone")
            {
                boots[^1].Add(BootStages.Find((string)happened["stage"]!)!.Value);
            }
        }

        return boots.Select(Demanded);
    }
}
