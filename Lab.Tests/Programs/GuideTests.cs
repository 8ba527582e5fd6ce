namespace Lab.Tests.Programs;

/// <summary>The commands of README and guides, run as they stand there; what is shown of their output is compared.</summary>
[Collection(VirtualMachines.Name)]
public sealed class GuideTests : IAsyncDisposable
{
    /// <summary>Commands of <c>lab</c> that another test runs, or none can, and why.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new(StringComparer.Ordinal)
    {
        ["cluster status"] = "ClusterInLabTests: needs a talosctl",
        ["exec -- talosctl get members"] = "needs a real Talos",
        ["exec -- kubectl get nodes"] = "needs a real Talos",
        ["shell"] = "ExecTests",
        ["console cp1"] = "FullScreenTests: needs a terminal",
        ["up --image ~/talos"] = "FirmwareTests and CachedImageTests: a folder of the user's",
        ["up --image ghcr.io/urmanac/talos-cozystack-demo:demo-stable"] = "RegistryImageTests: no test asks a public registry",
        ["up --image v1.11.2"] = "TalosReleaseTests: no test asks a public server",
        ["serve --interface eth0 --image v1.11.2"] = "ServeTests: needs a real interface",
        ["render out --for home --interface eth0 --image v1.11.2"] = "RenderTests: with the stand-in; no test asks a public server",
        ["serve --interface eth0 --image v1.11.2 --install-service"] = "ServeServiceTests: needs systemd",
        ["serve --uninstall"] = "ServeServiceTests: needs systemd",
        ["mark-installed cp1"] = "ServeTests",
        ["reinstall cp1"] = "ServeTests",
        ["up --file examples/three-nodes.yaml"] = "ExamplesTests",
    };

    private static readonly string[] OfARunningHome =
    [
        "up",
        "ps",
        "dashboard",
        "logs dnsmasq --follow",
        "power-cycle cp1",
        "reset-disk cp1",
        "reset-firmware cp1",
        "exec -- curl http://10.20.13.140:8080/boot.ipxe",
        "down",
    ];

    private static readonly string[] AtOnce =
    [
        "up --once",
        "up --once; result=$?",
        "up --once --fault wrong-mac",
        "report junit.xml",
        "report --format markdown >> \"$GITHUB_STEP_SUMMARY\"",
        "init --subnet 192.168.1.0/24",
        "reservations",
        "up --vpc --once",
    ];

    private static readonly string[] OfARunningVpc =
    [
        "logs matchbox",
        "route cp1 registry-1.docker.io",
        "route 2001:db8::8 \"bastion (eth0)\" --port 22",
        "route cp1 bastion --port 8080",
    ];

    private readonly LabProgram _program = new();

    [Fact]
    public void Every_command_of_lab_is_run_by_a_test()
    {
        var known = OfARunningHome.Concat(AtOnce).Concat(OfARunningVpc).Concat(Elsewhere.Keys).ToHashSet(StringComparer.Ordinal);
        var shown = GuideCommand.All.Select(command => command.OfLab).OfType<string>().ToHashSet(StringComparer.Ordinal);
        Assert.Empty(shown.Except(known));
        Assert.Empty(Elsewhere.Keys.Except(shown));
    }

    [Fact]
    public async Task Those_about_a_running_home_do_what_they_say()
    {
        var run = _program.Start("up", "--port", "0", "--json");
        await run.WaitForAsync(happened => (string?)happened["event"] == "summary");
        foreach (var command in OfARunningHome.Except(["up", "logs dnsmasq --follow", "down"]))
        {
            await RunAsync(command, 0);
        }

        Assert.Contains("#!ipxe", (await _program.RunAsync("exec", "--", "curl", "-s", "http://10.20.13.140:8080/boot.ipxe")).Transcript);
        var following = _program.Start("logs", "dnsmasq", "--follow");
        await following.WaitForLineAsync("DHCPACK");
        await following.SignalAsync("INT");
        await following.Ended;
        await RunAsync("down", 0);
        await run.Ended;
    }

    [Fact]
    public async Task Those_that_end_by_themselves_print_what_is_shown()
    {
        await RunAsync("up --once", 0);
        _program.Environment["GITHUB_STEP_SUMMARY"] = Path.Combine(_program.Folder.Path, "summary.md");
        await RunAsync("report junit.xml", 0);
        await RunAsync("report --format markdown", 0);
        await RunAsync("up --once --fault wrong-mac", 1);
        await RunAsync("up --vpc --once", 0);
        await RunAsync("init --subnet 192.168.1.0/24", 0);
        await RunAsync("reservations", 0);
    }

    [Fact]
    public async Task Those_about_a_running_VPC_print_what_is_shown()
    {
        var run = _program.Start("up", "--vpc", "--port", "0", "--json");
        await run.WaitForAsync(happened => (string?)happened["event"] == "summary");
        await RunAsync("logs matchbox", 0);
        await RunAsync("route cp1 registry-1.docker.io", 0);
        await RunAsync("route 2001:db8::8 \"bastion (eth0)\" --port 22", 1);
        await RunAsync("route cp1 bastion --port 8080", 0);
        await run.SignalAsync("INT");
        await run.Ended;
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    private async Task RunAsync(string command, int exitCode)
    {
        var run = await _program.RunAsync([.. System.CommandLine.Parsing.CommandLineParser.SplitCommandLine(command)]);
        Assert.True(run.ExitCode == exitCode, $"{command} ended with {run.ExitCode}: {run.Transcript}");
        foreach (var shown in GuideCommand.All.Where(shown => shown.OfLab == command))
        {
            Assert.True(
                shown.Missing(run.Transcript) is null,
                $"{shown.Page} shows for '{command}' the line\n{shown.Missing(run.Transcript)}\nand it is not in\n{run.Transcript}"
            );
        }
    }
}
