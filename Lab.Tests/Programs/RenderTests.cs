using System.Text.Json.Nodes;
using Lab.Emulation.Linux;
using Lab.Model.Rendering;
using Lab.Tests.Rendering;

namespace Lab.Tests.Programs;

/// <summary>What containers on a machine of a real network are given.</summary>
[Collection(VirtualMachines.Name)]
public sealed class RenderTests
{
    private const string Known = "52:54:00:13:00:01";

    [Theory]
    [InlineData("proxy", "dhcp-range=192.168.1.0,proxy,255.255.255.0")]
    [InlineData("full", "dhcp-range=192.168.1.150,192.168.1.199,255.255.255.0,60m")]
    [InlineData("off", null)]
    public async Task Compose_and_dnsmasq_take_the_files_and_all_that_is_mounted_is_there(string dhcp, string? range)
    {
        await using var program = new LabProgram();
        program.Folder.File("lab.yaml", RealLan.LabFile);
        var run = await program.RunAsync("render", "out", "--for", "home", "--image", "stand-in", "--dhcp", dhcp, "--json");
        Assert.True(run.ExitCode == 0, run.Transcript + run.Errors);
        var told = JsonNode.Parse(run.Transcript)!;
        Assert.Equal(("eth0", dhcp), ((string?)told["interface"], (string?)told["dhcp"]));

        var folder = Path.Combine(program.Folder.Path, "out");
        Assert.All(told["files"]!.AsArray(), file => Assert.True(File.Exists(Path.Combine(folder, (string)file!))));
        var compose = Path.Combine(folder, HomeFiles.Compose);
        var (code, services, errors) = await Compose.RunAsync("--file", compose, "config", "--services");
        Assert.True(code == 0, errors);
        Assert.Equal(8, services.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        var mounted = (await File.ReadAllLinesAsync(compose, TestContext.Current.CancellationToken))
            .Where(line => line.Trim().StartsWith("- ./", StringComparison.Ordinal))
            .Select(line => line.Trim()[4..].Split(':')[0])
            .ToList();
        Assert.Equal(4, mounted.Count);
        Assert.All(mounted, path => Assert.True(Path.Exists(Path.Combine(folder, path)), path));

        var config = await File.ReadAllLinesAsync(Path.Combine(folder, HomeFiles.DnsmasqConfig), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("dhcp-authoritative", config);
        Assert.Equal(range, config.FirstOrDefault(line => line.StartsWith("dhcp-range", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Beside_a_plain_router_a_board_boots_from_the_rendered_files()
    {
        await using var lan = await RealLan.CreateAsync([]);
        var tools = await RealLan.ToolsAsync();
        var run = await lan.Program.RunAsync("render", "out", "--for", "home", "--image", "stand-in");
        Assert.True(run.ExitCode == 0, run.Transcript + run.Errors);
        Assert.Contains($"for a machine with {RealLan.BoxAddress} on eth0: ProxyDHCP and TFTP", run.Transcript);

        // As the containers see them: the folders are mounted elsewhere there.
        var folder = Path.Combine(lan.Program.Folder.Path, "out");
        var config = await File.ReadAllTextAsync(Path.Combine(folder, HomeFiles.DnsmasqConfig), TestContext.Current.CancellationToken);
        var here = lan.Program.Folder.File(
            "here.conf",
            config
                .Replace(HomeFiles.TftpRoot, Path.Combine(folder, HomeFiles.Tftp), StringComparison.Ordinal)
                .Replace(HomeFiles.LeaseFile, Path.Combine(lan.Program.Folder.Path, "leases"), StringComparison.Ordinal)
        );
        var data = Path.Combine(folder, HomeFiles.Matchbox);
        lan.StartOnBox("dnsmasq", "--keep-in-foreground", "--user=root", "--pid-file=", "--log-facility=-", $"--conf-file={here}");
        var server = OwnProgram.Command(OwnProgram.BootServer);
        lan.StartOnBox(
            server[0],
            [.. server.Skip(1), "-address", $"{RealLan.BoxAddress}:8080", "-data-path", data, "-assets-path", Path.Combine(data, "assets")]
        );
        await using var board = await lan.SwitchOnAsync(tools, Known);

        // It has its configuration, which names the caches: those are containers of their own.
        await board.ShowsAsync($"stage=images reason=cache of docker.io at http://{RealLan.BoxAddress}:5050");
        Assert.Contains("lab-node: lease 192.168.1.1", board.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Firmware_for_Raspberry_Pis_is_among_the_rendered_files()
    {
        await using var program = new LabProgram();
        program.Folder.File(
            "lab.yaml",
            RealLan
                .LabFile.Replace("52:54:00:13:00:01", "dc:a6:32:13:00:01", StringComparison.Ordinal)
                .Replace("interface: eth0", "interface: eth0, raspberryPi: ./firmware", StringComparison.Ordinal)
        );
        foreach (var file in new[] { "start4.elf", "config.txt", "RPI_EFI.fd", "overlays/a.dtbo" })
        {
            program.Folder.File($"firmware/{file}", file);
        }

        var run = await program.RunAsync("render", "out", "--for", "home", "--image", "stand-in");
        Assert.True(run.ExitCode == 0, run.Transcript);
        var rendered = Path.Combine(program.Folder.Path, "out");
        Assert.True(File.Exists(Path.Combine(rendered, "tftp/overlays/a.dtbo")));
        Assert.Contains(
            "\npxe-service=tag:raspberry-pi,x86PC,\"Raspberry Pi Boot\"\n",
            await File.ReadAllTextAsync(Path.Combine(rendered, "dnsmasq.conf"), TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task A_folder_with_something_in_it_stays_as_it_is()
    {
        await using var program = new LabProgram();
        program.Folder.File("lab.yaml", RealLan.LabFile);
        program.Folder.File("out/matchbox/groups/gone.json", "{}");
        var run = await program.RunAsync("render", "out", "--for", "home", "--image", "stand-in");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("is there and not empty", run.Errors);
        Assert.Single(Directory.EnumerateFiles(Path.Combine(program.Folder.Path, "out"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Without_an_interface_nothing_is_written()
    {
        await using var program = new LabProgram();
        var run = await program.RunAsync("render", "out", "--for", "home", "--image", "stand-in");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Name it with --interface or network.home.interface", run.Errors);
        Assert.False(Directory.Exists(Path.Combine(program.Folder.Path, "out")));
    }
}
