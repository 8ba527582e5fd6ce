using Lab.Model.Running;

namespace Lab.Tests.Programs;

/// <summary>Machines of a real network that have a system on their disk.</summary>
[BootsMachines]
public sealed class ServeInstalledTests
{
    [Fact]
    public async Task An_installed_board_goes_to_its_disk_and_after_reinstall_to_the_network_once()
    {
        await using var lan = await RealLan.CreateAsync([$"--dhcp-host={RealLan.Known},192.168.1.11"]);
        var run = await lan.ServeAsync();
        var tools = await RealLan.ToolsAsync();
        var folder = lan.Program.Folders.Lab("home");
        var disk = lan.Install(tools, Path.Combine(folder.Assets, "stand-in"));
        var marked = await lan.Program.RunAsync("mark-installed", "cp1");
        Assert.True(marked.ExitCode == 0, marked.Transcript);
        await run.WaitForAsync(happened => (string?)happened["event"] == "installed");
        await using (var board = await lan.SwitchOnAsync(tools, RealLan.Known, disk: disk))
        {
            await run.WaitForAsync(happened => (string?)happened["stage"] == "ready");
            Assert.Contains("Started from the disk", board.Screen, StringComparison.Ordinal);
        }

        Assert.Equal(["dhcp", "tftp", "disk", "ready"], RealLan.Stages(run));
        Assert.Contains("cp1                        installed, boots from its disk: marked by hand", (await lan.Program.RunAsync("ps")).Transcript);

        var again = await lan.Program.RunAsync("reinstall", "cp1");
        Assert.True(again.ExitCode == 0, again.Transcript);
        await using (var board = await lan.SwitchOnAsync(tools, RealLan.Known, disk: disk))
        {
            await run.WaitForAsync(_ => RealLan.Stages(run).Count(stage => stage == "ready") == 2);
            Assert.DoesNotContain("Started from the disk", board.Screen, StringComparison.Ordinal);
        }

        Assert.Equal(["dhcp", "tftp", "script", "kernel", "initrd", "config", "ready"], RealLan.Stages(run).Skip(4));
        Assert.Equal([false, true, false], run.Of("installed").Select(happened => (bool)happened["reinstall"]!));
        Assert.Equal(new LabStatus.InstalledStatus("marked by hand", Reinstall: false), LabStatus.Read(folder.Root)!.Installed!["cp1"]);
        await using (var board = await lan.SwitchOnAsync(tools, RealLan.Known, disk: disk))
        {
            await board.ShowsAsync("Started from the disk");
        }

        var taken = await lan.Program.RunAsync("mark-installed", "--not", "cp1");
        Assert.True(taken.ExitCode == 0, taken.Transcript);
        await run.WaitForAsync(happened => (string?)happened["event"] == "not-installed");
        Assert.Empty(LabStatus.Read(folder.Root)!.Installed!);
        var twice = await lan.Program.RunAsync("mark-installed", "--not", "cp1");
        Assert.True(twice.ExitCode == 1, twice.Transcript);
        Assert.Contains("cp1 is not known to be installed", twice.Errors);
        await using (var board = await lan.SwitchOnAsync(tools, RealLan.Known, disk: disk))
        {
            await run.WaitForAsync(_ => RealLan.Stages(run).Count(stage => stage == "kernel") == 2);
        }
    }

    [Theory]
    [InlineData(RealLan.Known, true)]
    [InlineData(RealLan.Unknown, false)]
    public async Task A_machine_that_answers_and_was_never_served_is_installed_unless_another_one_has_its_address(string mac, bool isInstalled)
    {
        await using var lan = await RealLan.CreateAsync(RealLan.PlainRouter);
        var run = await lan.ServeAsync();
        await lan.PlugInAsync(mac);
        if (isInstalled)
        {
            var installed = await run.WaitForAsync(happened => (string?)happened["event"] == "installed");
            Assert.Equal("192.168.1.11:50000 answers, and Lab has not booted it over the network", (string?)installed["evidence"]);
        }

        var reinstall = await lan.Program.RunAsync("reinstall", "cp1");
        Assert.True(reinstall.ExitCode == (isInstalled ? 0 : 1), reinstall.Transcript);
        Assert.Equal(!isInstalled, reinstall.Errors.Contains("Lab does not know that it is installed", StringComparison.Ordinal));

        // The next run knows it.
        await run.SignalAsync("INT");
        await run.Ended;
        var next = await lan.ServeAsync();
        Assert.Equal(isInstalled ? [true] : [], next.Of("installed").Select(happened => (bool)happened["reinstall"]!));
    }
}
