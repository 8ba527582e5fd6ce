using System.Net;
using Lab.Emulation.Linux;
using Lab.Model.Definition;
using Lab.Model.Running;
using Lab.Runtime.Lan;

namespace Lab.Tests.Programs;

/// <summary>Real machines that are switched by commands of the user's.</summary>
[BootsMachines]
public sealed class ServePowerTests
{
    [Fact]
    public async Task A_board_is_switched_off_and_on_by_the_commands_of_the_lab_file_and_each_time_boots_anew()
    {
        await using var lan = await RealLan.CreateAsync([$"--dhcp-host={RealLan.Known},192.168.1.11"]);
        var told = Path.Combine(lan.Program.Folder.Path, "told");
        lan.Program.Folder.File("pdu/switch.sh", "#!/bin/sh\necho \"$*\" \"$LAB_POWER\" in \"$PWD\" >> told\necho outlet 3: $LAB_POWER\n");
        await lan.OnBoxAsync("chmod", "+x", Path.Combine(lan.Program.Folder.Path, "pdu/switch.sh"));
        lan.Program.Folder.File(
            "lab.yaml",
            $$"""
            {{RealLan.LabFile}}
            machine:
              power:
                on: "echo on $LAB_NAME $LAB_NODE $LAB_ROLE $LAB_MAC $LAB_ADDRESS >> told"
                off: [pdu/switch.sh, --outlet, "3"]
            """
        );
        var run = await lan.ServeAsync();
        var tools = await RealLan.ToolsAsync();

        await ExecuteAsync(lan, "start");
        Assert.Equal([$"on home cp1 controlplane {RealLan.Known} 192.168.1.11"], await File.ReadAllLinesAsync(told, TestContext.Current.CancellationToken));
        await using (await lan.SwitchOnAsync(tools, RealLan.Known))
        {
            await run.WaitForAsync(happened => (string?)happened["stage"] == "ready");
        }

        await ExecuteAsync(lan, "power-off");
        Assert.Equal($"--outlet 3 off in {lan.Program.Folder.Path}", (await File.ReadAllLinesAsync(told, TestContext.Current.CancellationToken))[^1]);
        await run.WaitForAsync(happened => (string?)happened["event"] == "off" && (string?)happened["node"] == "cp1");
        Assert.Equal("off", LabStatus.Read(lan.Program.Folders.Lab("home").Root)!.Nodes["cp1"]);
        Assert.Contains("power.off: outlet 3: off", (await lan.Program.RunAsync("logs", "cp1")).Transcript);

        // Off and on, for there is no cycle.
        await ExecuteAsync(lan, "power-cycle");
        Assert.Equal(
            ["on", "--outlet", "--outlet", "on"],
            (await File.ReadAllLinesAsync(told, TestContext.Current.CancellationToken)).Select(line => line.Split(' ')[0])
        );
        await using var board = await lan.SwitchOnAsync(tools, RealLan.Known);
        await run.WaitForAsync(happened => (string?)happened["stage"] == "ready", times: 2);
    }

    [Fact]
    public async Task A_command_that_fails_or_is_not_there_is_told_with_what_it_printed_and_what_can_be_done()
    {
        await using var lan = await RealLan.CreateAsync([]);
        lan.Program.Folder.File("lab.yaml", $"{RealLan.LabFile}\nmachine: {{ power: {{ off: 'echo no outlet 7 >&2; exit 3' }} }}\n");
        await lan.ServeAsync();
        var off = await lan.Program.RunAsync("power-off", "cp1");
        Assert.Equal(1, off.ExitCode);
        Assert.Contains("cp1: the command power.off has ended with exit code 3.\n  no outlet 7", off.Errors);
        var cycle = await lan.Program.RunAsync("power-cycle", "cp1");
        Assert.Equal(1, cycle.ExitCode);
        Assert.Contains("has no command that switches it off and on again (power.cycle, or power.off and power.on)", cycle.Errors);
        Assert.Contains("Wake-on-LAN, it is switched on with:", cycle.Errors);
    }

    [Fact]
    public async Task A_command_that_hangs_is_killed_with_all_that_it_has_started()
    {
        using var folder = new TemporaryFolder();
        var node = NodeDefinition.First with
        {
            Power = new() { On = ["sh", "-c", "sleep 4711 & echo asks; sleep 4711"], Off = ["no-such-program"] },
        };
        var lab = new LabFolders(folder.Path, folder.Path).Lab("lab");
        Directory.CreateDirectory(lab.Root);
        using var log = new LogFile(Path.Combine(folder.Path, "cp1.log"));
        var power = new PowerCommands(new LabDefinition { Nodes = [node] }, node, lab, folder.Path, log) { Timeout = TimeSpan.FromSeconds(1) };
        Assert.Equal(
            "cp1: the command power.on has not ended within 1 s, and was killed. Whether it has done its work Lab does not know.\n  asks",
            await power.OnAsync(IPAddress.Loopback, TestContext.Current.CancellationToken)
        );
        Assert.Empty(ProcessMark.Find(lab));
        Assert.StartsWith("cp1: the command power.off cannot be run: ", await power.OffAsync(IPAddress.Loopback, TestContext.Current.CancellationToken));
    }

    private static async Task ExecuteAsync(RealLan lan, string command)
    {
        var run = await lan.Program.RunAsync(command, "cp1");
        Assert.True(run.ExitCode == 0, run.Transcript);
    }
}
