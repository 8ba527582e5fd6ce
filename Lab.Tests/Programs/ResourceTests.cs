using Lab.Emulation.Machines;
using Lab.Model.Definition;
using Lab.Model.Resources;
using Lab.Model.Running;
using Lab.Runtime.State;

namespace Lab.Tests.Programs;

/// <summary>What can be seen of a running lab, and done with it.</summary>
[Collection(VirtualMachines.Name)]
public sealed class ResourceTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_that_is_power_cycled_without_dhcp_fails_at_dhcp_recovers_after_it_is_back_and_keeps_disk_and_firmware_until_they_are_reset()
    {
        await using var lab = await LabInProcess.RunAsync();
        Assert.Equal(LabResources.Of(new LabDefinition()).Select(resource => resource.Name), lab.Resources.Current.Select(now => now.Definition.Name));
        await lab.UntilAsync(now => now.Boots is [{ IsReady: true }], "the first boot is ready");
        Assert.Equal(BootStages.All, lab.Resources.Boots[0].Stages.Select(reached => reached.Stage));
        Assert.Equal(["power-off", "power-cycle", "reset-disk", "reset-firmware", "console"], lab.Of("cp1").EnabledCommands);
        await SaysAsync(lab, "lab-node: disk 8 GiB, blank", 1);
        await SaysAsync(lab, "lab-node: firmware variables, empty", 1);
        await LogsHoldWhatNodesAskAndNotWhatTheLabAsksForTheServicesHealthAsync(lab);

        Assert.Null(await lab.Resources.ExecuteAsync("dnsmasq", "stop", Cancelled));
        Assert.Equal((ResourceState.Exited, null, 1), (lab.Of("dnsmasq").State, lab.Of("dnsmasq").Pid, lab.Of("dnsmasq").EnabledCommands.Count));
        Assert.Contains("'stop' does nothing now", await lab.Resources.ExecuteAsync("dnsmasq", "stop", Cancelled));
        Assert.Equal(ResourceState.Healthy, lab.Of("cp1").State);

        var firstPid = lab.Of("cp1").Pid;
        Assert.Null(await lab.Resources.ExecuteAsync("cp1", "power-cycle", Cancelled));
        Assert.NotEqual(firstPid, lab.Of("cp1").Pid);
        await lab.UntilAsync(now => now.Boots[0].Failure is not null, "the second boot has failed");
        Assert.Equal(BootStage.Dhcp, lab.Resources.Boots[0].Failure!.Stage);
        Assert.Contains("dnsmasq is Exited", lab.Resources.Boots[0].Failure!.Cause);
        await lab.UntilAsync(_ => lab.Of("cp1").State == ResourceState.Unhealthy, "the node is unhealthy");
        Assert.StartsWith("stopped at stage dhcp", lab.Of("cp1").Detail);

        Assert.Null(await lab.Resources.ExecuteAsync("dnsmasq", "start", Cancelled));
        Assert.Equal(ResourceState.Healthy, lab.Of("dnsmasq").State);
        Assert.Null(await lab.Resources.ExecuteAsync("cp1", "power-cycle", Cancelled));
        await lab.UntilAsync(now => now.Boots[0].IsReady, "the third boot is ready");
        Assert.Equal((ResourceState.Healthy, 2), (lab.Of("cp1").State, lab.Of("cp1").Restarts));
        Assert.Equal(BootStages.All, lab.Resources.Boots[0].Stages.Select(reached => reached.Stage));

        // The second boot did not come as far as to write.
        await SaysAsync(lab, "lab-node: disk 8 GiB, written by earlier boots: 1", 1);
        await SaysAsync(lab, "lab-node: firmware variables, written by earlier boots: 1", 1);

        // Where the disk cannot be replaced, the node is on again with the one that it had.
        var (pid, obstacle) = (lab.Of("cp1").Pid, Directory.CreateDirectory($"{lab.Folder.Disk("cp1")}.blank"));
        Assert.StartsWith("Cannot make the disk", await lab.Resources.ExecuteAsync("cp1", "reset-disk", Cancelled));
        Assert.True(lab.Of("cp1").Pid is { } on && on != pid, "the node stays off");
        Assert.Equal("lab-node boots=2", MarkOn(lab.Folder.Disk("cp1")));
        obstacle.Delete();

        Assert.Null(await lab.Resources.ExecuteAsync("cp1", "reset-disk", Cancelled));
        await lab.UntilAsync(now => now.Boots[0].IsReady && lab.Of("cp1").Restarts == 4, "the node is ready with a blank disk");
        Assert.Equal("lab-node boots=1", MarkOn(lab.Folder.Disk("cp1")));
        await SaysAsync(lab, "lab-node: disk 8 GiB, blank", 2);
        await SaysAsync(lab, "lab-node: firmware variables, written by earlier boots: 2", 1);

        Assert.Null(await lab.Resources.ExecuteAsync("cp1", "reset-firmware", Cancelled));
        await lab.UntilAsync(now => now.Boots[0].IsReady && lab.Of("cp1").Restarts == 5, "the node is ready with empty variables");
        await SaysAsync(lab, "lab-node: firmware variables, empty", 2);
        Assert.Equal("lab-node boots=2", MarkOn(lab.Folder.Disk("cp1")));
        await SaysAsync(lab, "The UEFI variables of cp1 were emptied.", 1);
    }

    [Fact]
    public async Task Commands_act_on_the_real_processes_logs_are_numbered_over_all_of_them_and_a_node_boots_what_is_installed_on_its_disk()
    {
        await using var lab = await LabInProcess.RunAsync();
        await lab.UntilAsync(_ => lab.Of("dns").State == ResourceState.Healthy && lab.Of("cp1").State >= ResourceState.Running, "the name server is healthy");
        var before = lab.Of("dns");
        Assert.Null(await lab.Resources.ExecuteAsync("dns", "restart", Cancelled));
        var after = lab.Of("dns");
        Assert.NotEqual(before.Pid, after.Pid);
        Assert.Equal((ResourceState.Healthy, before.Restarts + 1), (after.State, after.Restarts));

        // What has no process yet can be stopped all the same, and has one when somebody has started it.
        await lab.UntilAsync(_ => lab.Of("aws").State == ResourceState.Healthy, "the emulator answers");
        Assert.Null(await lab.Resources.ExecuteAsync("aws", "stop", Cancelled));
        Assert.Equal((ResourceState.Exited, null), (lab.Of("aws").State, lab.Of("aws").Pid));
        Assert.Null(await lab.Resources.ExecuteAsync("aws", "start", Cancelled));
        Assert.Equal(ResourceState.Healthy, lab.Of("aws").State);
        Assert.NotNull(lab.Of("aws").Pid);

        Assert.Null(await lab.Resources.ExecuteAsync("cp1", "power-off", Cancelled));
        Assert.Equal((ResourceState.Exited, 137), (lab.Of("cp1").State, lab.Of("cp1").ExitCode));
        Assert.Equal(["start", "reset-disk", "reset-firmware", "console"], lab.Of("cp1").EnabledCommands);
        Assert.Contains("has no command 'stop'", await lab.Resources.ExecuteAsync("cp1", "stop", Cancelled));
        Assert.Contains("no resource 'nobody'", await lab.Resources.ExecuteAsync("nobody", "stop", Cancelled));

        await lab.InstallAsync("cp1");
        Assert.Null(await lab.Resources.ExecuteAsync("cp1", "start", Cancelled));
        await lab.UntilAsync(now => now.Boots[0].Stages.Any(reached => reached.Stage == BootStage.Ipxe), "iPXE runs from the disk");
        Assert.Equal([BootStage.Firmware, BootStage.Ipxe], lab.Resources.Boots[0].Stages.Take(2).Select(reached => reached.Stage));
        Assert.Null(await lab.Resources.ExecuteAsync("cp1", "power-off", Cancelled));
        Assert.Null(await lab.Resources.ExecuteAsync("cp1", "reset-disk", Cancelled));
        Assert.Equal((ResourceState.Exited, null), (lab.Of("cp1").State, lab.Of("cp1").Pid));
        Assert.Null(await lab.Resources.ExecuteAsync("cp1", "start", Cancelled));
        await lab.UntilAsync(now => now.Boots[0].Stages.Any(reached => reached.Stage == BootStage.Tftp), "iPXE comes from the network again");

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        List<LogLine> lines = [];
        await foreach (var line in lab.Resources.ReadLogAsync("dns", follow: true, enough.Token))
        {
            lines.Add(line);
            if (lines.Count(each => each.Text.Contains("started, version", StringComparison.Ordinal)) == 2)
            {
                break;
            }
        }

        Assert.Equal(Enumerable.Range(1, lines.Count), lines.Select(line => line.Number));
        Assert.Equal(lines.Select(line => line.Text), File.ReadLines(lab.Resources.LogFilePath("dns")!).Take(lines.Count));
    }

    private static async Task LogsHoldWhatNodesAskAndNotWhatTheLabAsksForTheServicesHealthAsync(LabInProcess lab)
    {
        await lab.UntilAsync(
            _ => new[] { "dnsmasq", "dns", "boot-server", "aws" }.All(name => lab.Of(name).State == ResourceState.Healthy),
            "the services are healthy"
        );

        // The emulator has no process before it is asked for something.
        Assert.Equal((null, "starts with its first request"), (lab.Of("aws").Pid, lab.Of("aws").Detail));
        Assert.Empty(await LinesAsync(lab, "aws"));
        using var client = new HttpClient();
        using var asked = await client.PostAsync(
            lab.Of("aws").Urls["http"],
            new FormUrlEncodedContent(new Dictionary<string, string> { ["Action"] = "DescribeVpcs", ["Version"] = "2016-11-15" }),
            Cancelled
        );
        Assert.Contains("xmlns=", await asked.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal((ResourceState.Healthy, null, 0), (lab.Of("aws").State, lab.Of("aws").Detail, lab.Of("aws").Restarts));
        Assert.NotNull(lab.Of("aws").Pid);

        var (dnsmasq, dns, bootServer, aws) = (
            await LinesAsync(lab, "dnsmasq"),
            await LinesAsync(lab, "dns"),
            await LinesAsync(lab, "boot-server"),
            await LinesAsync(lab, "aws")
        );
        Assert.Contains(dnsmasq, line => line.EndsWith("ipxe-arm64.efi to 10.20.13.11", StringComparison.Ordinal));
        Assert.DoesNotContain(dnsmasq, line => line.EndsWith("autoexec.ipxe to 10.20.13.140", StringComparison.Ordinal));
        Assert.Contains(dns, line => line.Contains("started, version", StringComparison.Ordinal));
        Assert.DoesNotContain(dns, line => line.Contains("bastion.lab.internal", StringComparison.OrdinalIgnoreCase));
        Assert.Single(bootServer, line => line.Contains("/boot.ipxe", StringComparison.Ordinal));
        Assert.Contains(aws, line => line.Contains("Running on", StringComparison.Ordinal));
        Assert.DoesNotContain(aws, line => line.Contains("GET", StringComparison.Ordinal));
    }

    private static string MarkOn(string disk)
    {
        using var file = new FileStream(disk, FileMode.Open, FileAccess.Read, FileShare.ReadWrite) { Position = 512 * 1024 };
        var mark = new byte[16];
        file.ReadExactly(mark);
        return System.Text.Encoding.ASCII.GetString(mark);
    }

    /// <summary>A file takes a line a moment after the lab has read it.</summary>
    private static Task SaysAsync(LabInProcess lab, string line, int times) =>
        lab.UntilAsync(
            _ => File.ReadLines(lab.Resources.LogFilePath("cp1")!).Count(each => each == line) == times,
            $"'{line}' stands {times} times on the console"
        );

    private static async Task<List<string>> LinesAsync(LabInProcess lab, string resource)
    {
        List<string> lines = [];
        await foreach (var line in lab.Resources.ReadLogAsync(resource, follow: false, Cancelled))
        {
            lines.Add(line.Text);
        }

        return lines;
    }
}
