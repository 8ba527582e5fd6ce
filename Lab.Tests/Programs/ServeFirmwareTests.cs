using Lab.Model.Definition;

namespace Lab.Tests.Programs;

/// <summary>Machines whose firmware is not UEFI with PXE: PCs with a BIOS, and UEFI that boots over HTTP.</summary>
[BootsMachines]
public sealed class ServeFirmwareTests
{
    private static readonly string[] Reserved = [$"--dhcp-host={RealLan.Known},192.168.1.11"];

    [Theory]
    [InlineData("proxy", false)]
    [InlineData("proxy", true)]
    [InlineData("full", false)]
    [InlineData("full", true)]
    public async Task A_PC_with_a_BIOS_boots_whether_or_not_its_network_card_has_iPXE(string dhcp, bool hasOtherRom)
    {
        await using var lan = await PcLanAsync(dhcp);
        var tools = await RealLan.ToolsAsync([Architecture.Arm64, Architecture.Amd64]);
        var run = await lan.ServeAsync("--dhcp", dhcp);
        await using var board = await lan.SwitchOnBiosAsync(tools, RealLan.Known, hasOtherRom);
        await run.WaitForAsync(happened => (string?)happened["stage"] == "ready");
        Assert.Matches(@"stage=userspace kernel=\S+-amd64", board.Screen);
        var stages = run.Of("milestone").Select(happened => (string?)happened["stage"]).ToList();
        Assert.Equal(hasOtherRom, stages.Contains("tftp"));
        Assert.Superset(new HashSet<string?> { "dhcp", "script", "kernel", "initrd", "config", "ready" }, stages.ToHashSet());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_PC_with_a_BIOS_that_is_installed_goes_to_its_disk(bool hasOtherRom)
    {
        await using var lan = await PcLanAsync("proxy");
        var tools = await RealLan.ToolsAsync([Architecture.Arm64, Architecture.Amd64]);
        var run = await lan.ServeAsync();
        var marked = await lan.Program.RunAsync("mark-installed", "cp1");
        Assert.True(marked.ExitCode == 0, marked.Transcript);
        await run.WaitForAsync(happened => (string?)happened["event"] == "installed");
        await using var board = await lan.SwitchOnBiosAsync(tools, RealLan.Known, hasOtherRom, hasDisk: true);
        await board.ShowsAsync("Started from the disk");
        await run.WaitForAsync(happened => (string?)happened["stage"] == "disk");
        Assert.DoesNotContain(run.Of("milestone"), happened => (string?)happened["stage"] == "kernel");
    }

    [Theory]
    [InlineData(Architecture.Arm64, "proxy")]
    [InlineData(Architecture.Amd64, "proxy")]
    [InlineData(Architecture.Arm64, "full")]
    public async Task A_machine_whose_firmware_boots_over_HTTP_fetches_everything_from_the_boot_server(Architecture architecture, string dhcp)
    {
        await using var lan = architecture == Architecture.Amd64 ? await PcLanAsync(dhcp) : await RealLan.CreateAsync(dhcp == "full" ? null : Reserved);
        var tools = await RealLan.ToolsAsync([Architecture.Arm64, Architecture.Amd64]);
        var run = await lan.ServeAsync("--dhcp", dhcp);
        await using var board = await lan.SwitchOnAsync(tools, RealLan.Known, architecture: architecture, overHttp: true);
        await run.WaitForAsync(happened => (string?)happened["stage"] == "ready");
        var loaded = run.Of("milestone").Single(happened => (string?)happened["stage"] == "tftp");
        Assert.Equal("boot-server", (string?)loaded["source"]);
        Assert.DoesNotContain("sent /", (await lan.Program.RunAsync("logs", "dnsmasq")).Transcript);
    }

    /// <summary>A network whose machine is a PC, and whose router gives addresses unless Lab does.</summary>
    private static async Task<RealLan> PcLanAsync(string dhcp)
    {
        var lan = await RealLan.CreateAsync(dhcp == "full" ? null : Reserved);
        lan.Program.Folder.File("lab.yaml", RealLan.LabFile.Replace("192.168.1.11 }", "192.168.1.11, arch: amd64 }", StringComparison.Ordinal));
        return lan;
    }
}
