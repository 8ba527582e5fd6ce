using Lab.Model.Running;
using Lab.Tests.Programs;

namespace Lab.Tests.Cluster;

/// <summary>A cluster of machines that <c>lab serve</c> serves: what is seen of their disks decides what they boot next.</summary>
[Collection(VirtualMachines.Name)]
public sealed class ClusterServedTests
{
    private const string Evidence = "lab cluster up saw it running, with Talos on /dev/vda";

    /// <summary>Options of the router's DHCP server, by what Lab does beside it; null for a router that serves none.</summary>
    private static readonly Dictionary<string, string[]?> Routers = new()
    {
        ["proxy"] = [],
        ["off"] = [$"--dhcp-boot=ipxe-arm64.efi,,{RealLan.BoxAddress}"],
        ["full"] = null,
    };

    [Theory]
    [InlineData("proxy")]
    [InlineData("off")]
    [InlineData("full")]
    public async Task A_machine_that_cluster_up_saw_installed_goes_to_its_disk_at_its_next_network_boot(string dhcp)
    {
        await using var lan = await RealLan.CreateAsync(Routers[dhcp]);
        var cluster = Cluster(lan);
        var run = await lan.ServeAsync("--dhcp", dhcp);
        var up = await cluster.Lab.RunAsync("cluster", "up", "--json");
        Assert.True(up.ExitCode == 0, up.Transcript);
        var marked = Assert.Single(up.Of("installed"));
        Assert.Equal(("cp1", Evidence, false), ((string?)marked["node"], (string?)marked["evidence"], (bool)marked["reinstall"]!));
        Assert.Equal(Evidence, (string?)(await run.WaitForAsync(happened => (string?)happened["event"] == "installed"))["evidence"]);

        var tools = await RealLan.ToolsAsync();
        var disk = lan.Install(tools, Path.Combine(lan.Program.Folders.Lab("home").Assets, "stand-in"));
        await using var board = await lan.SwitchOnAsync(tools, RealLan.Known, disk: disk);
        await board.ShowsAsync("Started from the disk");
        Assert.DoesNotContain(run.Of("milestone"), reached => (string?)reached["stage"] == "script");
    }

    [Fact]
    public async Task Marked_is_what_runs_from_its_disk_once_and_a_reset_takes_the_mark_back()
    {
        await using var lan = await RealLan.CreateAsync(Routers["proxy"]);
        var cluster = Cluster(lan);
        var run = await lan.ServeAsync();
        var folder = lan.Program.Folders.Lab("home").Root;
        cluster.Break("stuck");
        var installing = await cluster.Lab.RunAsync("cluster", "up", "--timeout", "10");
        Assert.True(installing.ExitCode == 1, installing.Transcript);
        Assert.Contains("cp1: installed", installing.Transcript);
        Assert.Empty(run.Of("installed"));

        cluster.Break("");
        var up = await cluster.Lab.RunAsync("cluster", "up");
        Assert.True(up.ExitCode == 0, up.Transcript);
        Assert.Contains($"cp1 is installed ({Evidence}): it is left to its disk.", up.Transcript);
        await run.WaitForAsync(happened => (string?)happened["event"] == "installed");
        Assert.Equal(new LabStatus.InstalledStatus(Evidence, Reinstall: false), LabStatus.Read(folder)!.Installed!["cp1"]);
        Assert.Contains($"installed, boots from its disk: {Evidence}", (await lan.Program.RunAsync("ps")).Transcript);

        var again = await cluster.Lab.RunAsync("cluster", "up");
        Assert.True(again.ExitCode == 0, again.Transcript);
        Assert.DoesNotContain("is left to its disk", again.Transcript, StringComparison.Ordinal);
        Assert.Single(run.Of("installed"));

        var reset = await cluster.Lab.RunAsync("cluster", "reset", "--yes");
        Assert.True(reset.ExitCode == 0, reset.Transcript);
        Assert.Contains("cp1: resets.\ncp1 is not known to be installed any more: it boots from the network.", reset.Transcript);
        await run.WaitForAsync(happened => (string?)happened["event"] == "not-installed");
        await using (await lan.SwitchOnAsync(await RealLan.ToolsAsync(), RealLan.Known))
        {
            await run.WaitForAsync(happened => (string?)happened["stage"] == "kernel");
        }

        // What somebody has said is taken back too, by a reset that went as far before.
        Assert.Equal(0, (await lan.Program.RunAsync("mark-installed", "cp1")).ExitCode);
        var destroyed = await cluster.Lab.RunAsync("cluster", "destroy", "--yes");
        Assert.True(destroyed.ExitCode == 0, destroyed.Transcript);
        Assert.Contains("cp1: in maintenance mode already.\ncp1 is not known to be installed any more", destroyed.Transcript);
    }

    /// <summary>The test's talosctl is its own network: what it says of a node does not depend on what the board does.</summary>
    private static ClusterProgram Cluster(RealLan lan) => new($"{RealLan.LabFile}\ncluster: {{ talos: v1.12.3 }}\n", lan.Program);
}
