namespace Lab.Tests.Programs;

/// <summary>
/// A Raspberry Pi's own network boot, played as its documents say: there is no EEPROM to run. What it has fetched then, UEFI, is a real
/// one, of the same MAC.
/// </summary>
[BootsMachines]
public sealed class ServeRaspberryPiTests
{
    private const string Pi = "dc:a6:32:13:00:01";
    private const string Pc = "52:54:00:13:00:02";
    private static readonly string[] Reserved = [$"--dhcp-host={Pi},192.168.1.11", $"--dhcp-host={Pc},192.168.1.12"];

    [Theory]
    [InlineData("proxy")]
    [InlineData("full")]
    public async Task It_fetches_its_firmware_and_boots_on_in_the_same_boot_while_a_PC_beside_it_gets_its_own(string dhcp)
    {
        await using var lan = await LanAsync(dhcp == "full" ? null : Reserved, ", raspberryPi: ./firmware");
        foreach (
            var (file, text) in new[] { ("start4.elf", "the first"), ("config.txt", "armstub=RPI_EFI.fd"), ("RPI_EFI.fd", "UEFI"), ("overlays/a.dtbo", "A") }
        )
        {
            lan.Program.Folder.File($"firmware/{file}", text);
        }

        var run = await lan.ServeAsync("--dhcp", dhcp);
        Assert.Equal(
            """
            Raspberry Pi Boot True
            0a1b2c3d/start4.elf none
            start4.elf the first
            config.txt armstub=RPI_EFI.fd
            RPI_EFI.fd UEFI
            overlays/a.dtbo A

            """,
            await lan.AsRomAsync(Pi, "start4.elf", "config.txt", "RPI_EFI.fd", "overlays/a.dtbo")
        );
        Assert.StartsWith("Raspberry Pi Boot False\n", await lan.AsRomAsync(Pc, "undionly.kpxe"));

        await using var board = await lan.SwitchOnAsync(await RealLan.ToolsAsync(), Pi);
        await run.WaitForAsync(happened => (string?)happened["stage"] == "ready" && (string?)happened["node"] == "cp1");
        Assert.Single(run.Of("started"), happened => (string?)happened["node"] == "cp1");
        Assert.Contains("stage=userspace", board.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_firmware_for_it_it_is_told_what_to_set()
    {
        await using var lan = await LanAsync(Reserved, "");
        var run = await lan.ServeAsync();
        await lan.AskAsync(Pi, architecture: 0);
        var failure = await run.WaitForAsync(happened => (string?)happened["event"] == "failure");
        Assert.Contains("asks by its own network boot, and the lab file names no firmware for it", (string?)failure["cause"]);
        Assert.Contains("network.home.raspberryPi", (string?)failure["remedy"]);
    }

    [Fact]
    public async Task A_folder_that_lacks_a_file_is_refused_before_anything_is_served()
    {
        await using var lan = await LanAsync(Reserved, ", raspberryPi: ./firmware");
        lan.Program.Folder.File("firmware/config.txt", "");
        var run = await lan.Program.RunAsync("serve", "--image", "stand-in", "--port", "0");
        Assert.True(run.ExitCode == 1, run.Transcript);
        Assert.Contains("firmware has no start4.elf, no RPI_EFI.fd. Unpack a release of https://github.com/pftf/RPi4/releases there.", run.Errors);
    }

    [Fact]
    public async Task A_link_in_the_folder_is_refused_since_everybody_could_read_what_it_leads_to()
    {
        await using var lan = await LanAsync(Reserved, ", raspberryPi: ./firmware");
        var folder = Path.GetDirectoryName(lan.Program.Folder.File("firmware/RPI_EFI.fd", ""))!;
        lan.Program.Folder.File("firmware/config.txt", "");
        File.CreateSymbolicLink(Path.Combine(folder, "start4.elf"), "/etc/passwd");
        var run = await lan.Program.RunAsync("serve", "--image", "stand-in", "--port", "0");
        Assert.True(run.ExitCode == 1, run.Transcript);
        Assert.Contains("firmware/start4.elf is a symbolic link", run.Errors);
    }

    private static async Task<RealLan> LanAsync(string[]? router, string home)
    {
        var lan = await RealLan.CreateAsync(router);
        lan.Program.Folder.File(
            "lab.yaml",
            RealLan.LabFile.Replace(RealLan.Known, Pi, StringComparison.Ordinal).Replace("interface: eth0", $"interface: eth0{home}", StringComparison.Ordinal)
                + $"\n  - {{ name: pc1, mac: \"{Pc}\", address: 192.168.1.12, arch: amd64 }}\n"
        );
        return lan;
    }
}
