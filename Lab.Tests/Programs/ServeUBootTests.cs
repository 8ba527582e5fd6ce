namespace Lab.Tests.Programs;

/// <summary>Boards that have U-Boot, which starts EFI programs, and takes its boot file from who gives it its address.</summary>
[BootsMachines]
public sealed class ServeUBootTests
{
    private const string Bootefi = "bootefi ${kernel_addr_r} ${fdtcontroladdr}";
    private static readonly string[] Reserved = [$"--dhcp-host={RealLan.UBootMac},192.168.1.11"];

    [Fact]
    public async Task As_it_is_sold_it_boots_where_Lab_gives_the_addresses()
    {
        await using var lan = await LanAsync(router: null);
        await BootsAsync(lan, "full", bootCommand: null, ["dhcp", "tftp", "script", "kernel", "initrd", "lease", "config", "ready"]);
    }

    [Fact]
    public async Task A_command_of_its_own_that_names_no_file_gets_iPXE_where_Lab_gives_the_addresses()
    {
        await using var lan = await LanAsync(router: null);
        await BootsAsync(lan, "full", $"dhcp ${{kernel_addr_r}} && {Bootefi}", ["dhcp", "tftp", "script", "kernel", "initrd", "lease", "config", "ready"]);
    }

    [Fact]
    public async Task As_it_is_sold_it_boots_where_the_router_names_the_boot_file()
    {
        await using var lan = await LanAsync([
            .. Reserved,
            "--dhcp-userclass=set:ipxe,iPXE",
            $"--dhcp-boot=tag:!ipxe,ipxe-arm64.efi,,{RealLan.BoxAddress}",
            $"--dhcp-boot=tag:ipxe,http://{RealLan.BoxAddress}:8080/boot.ipxe",
        ]);
        await BootsAsync(lan, "off", bootCommand: null, ["tftp", "script", "kernel", "initrd", "config", "ready"]);
    }

    [Fact]
    public async Task Beside_a_router_it_does_not_hear_Lab_and_is_told_of_with_what_to_do()
    {
        await using var lan = await LanAsync(Reserved);
        var tools = await RealLan.ToolsAsync();
        // It asks again and again; after 20 s without a boot program that is no slow machine.
        var run = await lan.ServeAsync("--dhcp", "proxy", "--timeout", "30");
        await using var board = await lan.SwitchOnUBootAsync(tools);
        var message = await run.WaitForAsync(happened =>
            ((string?)happened["text"])?.StartsWith("cp1: The machine boots with U-Boot", StringComparison.Ordinal) == true
        );
        Assert.Contains($"dhcp ${{kernel_addr_r}} {RealLan.BoxAddress}:ipxe-arm64.efi && {Bootefi}", (string?)message["text"]);
        var failure = await run.WaitForAsync(happened => (string?)happened["event"] == "failure");
        Assert.Contains("The machine boots with U-Boot", (string?)failure["cause"]);
        Assert.Contains("U-Boot.armv8", failure["evidence"]!.ToJsonString());
    }

    [Fact]
    public async Task Beside_a_router_it_boots_with_the_command_that_Lab_says()
    {
        await using var lan = await LanAsync(Reserved);
        await BootsAsync(
            lan,
            "proxy",
            $"dhcp ${{kernel_addr_r}} {RealLan.BoxAddress}:ipxe-arm64.efi && {Bootefi}",
            ["tftp", "script", "kernel", "initrd", "config", "ready"]
        );
    }

    private static async Task BootsAsync(RealLan lan, string dhcp, string? bootCommand, string[] stages)
    {
        var tools = await RealLan.ToolsAsync();
        var run = await lan.ServeAsync("--dhcp", dhcp);
        await using var board = await lan.SwitchOnUBootAsync(tools, bootCommand);
        await run.WaitForAsync(happened => (string?)happened["stage"] == "ready");
        Assert.Empty(run.Of("seen"));
        Assert.Contains("stage=userspace", board.Screen, StringComparison.Ordinal);
        Assert.Equal(stages, run.Of("milestone").Select(happened => (string)happened["stage"]!).Where(stages.Contains));
    }

    private static async Task<RealLan> LanAsync(string[]? router)
    {
        var lan = await RealLan.CreateAsync(router);
        lan.Program.Folder.File("lab.yaml", RealLan.LabFile.Replace(RealLan.Known, RealLan.UBootMac, StringComparison.Ordinal));
        return lan;
    }
}
