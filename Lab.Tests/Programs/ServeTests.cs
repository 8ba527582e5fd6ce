using Lab.Emulation.Linux;
using Lab.Model.Definition;
using Lab.Model.Running;

namespace Lab.Tests.Programs;

/// <summary>A real network, with machines that Lab does not run: the program serves them from a box beside the router.</summary>
[Collection(VirtualMachines.Name)]
public sealed class ServeTests
{
    [Fact]
    public async Task A_board_gets_its_address_from_the_router_boots_what_Lab_serves_and_sends_its_kernels_log_while_a_stranger_gets_nothing_and_is_not_heard()
    {
        await using var lan = await RealLan.CreateAsync(RealLan.PlainRouter);
        var run = await lan.ServeAsync();
        var tools = await RealLan.ToolsAsync();
        await using (var board = await lan.SwitchOnAsync(tools, RealLan.Known))
        await using (var stranger = await lan.SwitchOnAsync(tools, RealLan.Unknown))
        {
            await run.WaitForAsync(happened => (string?)happened["stage"] == "ready");
            var seen = await run.WaitForAsync(happened => (string?)happened["event"] == "seen");

            foreach (var stage in new[] { "linux", "userspace", "images" })
            {
                var reached = await run.WaitForAsync(happened => (string?)happened["stage"] == stage);
                Assert.Equal("kernel-log", (string?)reached["source"]);
            }

            Assert.Equal(["dhcp", "tftp", "script", "kernel", "initrd", "config", "ready"], RealLan.Stages(run));
            Assert.Contains("lab-node: lease 192.168.1.1", board.Screen, StringComparison.Ordinal);
            Assert.Contains("stage=images caches=5", board.Screen, StringComparison.Ordinal);
            Assert.Equal((RealLan.Unknown, "arm64 UEFI"), ((string?)seen["mac"], (string?)seen["client"]));
            Assert.Contains(RealLan.Unknown, (string?)seen["entry"]);
            await stranger.ShowsAsync("PXE-E16");
            Assert.DoesNotContain("NBP", stranger.Screen, StringComparison.Ordinal);
        }

        Assert.Contains(run.Of("message"), message => ((string?)message["text"])!.Contains("the lab file says 192.168.1.11", StringComparison.Ordinal));

        var status = LabStatus.Read(lan.Program.Folders.Lab("home").Root)!;
        Assert.Equal("ready", status.Nodes["cp1"]);
        Assert.Equal("arm64 UEFI", status.Seen![RealLan.Unknown]);
        var listed = await lan.Program.RunAsync("ps");
        Assert.Contains($"{RealLan.Unknown}          seen, not of the lab: arm64 UEFI", listed.Transcript);

        var log = (await lan.Program.RunAsync("logs", "cp1")).Transcript;
        Assert.Matches(@"kernel-log: \[ +0\.000000\] Linux version ", log);
        Assert.Matches(@"kernel-log: \[ +\d+\.\d+\] lab-node: stage=images caches=5", log);
        await lan.SendLogAsync(RealLan.Unknown, "192.168.1.77", "a stranger speaks");
        await lan.SendLogAsync(RealLan.Known, "192.168.1.11", "the board speaks");
        await Eventually.TrueAsync(
            async () => (await lan.Program.RunAsync("logs", "cp1")).Transcript.Contains("kernel-log: the board speaks", StringComparison.Ordinal),
            "netconsole is heard"
        );
        Assert.DoesNotContain("a stranger speaks", (await lan.Program.RunAsync("logs", "cp1")).Transcript, StringComparison.Ordinal);

        await run.SignalAsync("INT");
        await run.Ended;
        Assert.True(run.ExitCode == 0, run.Transcript);
        await lan.NothingIsLeftAsync();
    }

    [Fact]
    public async Task Without_a_port_for_kernel_logs_nobody_is_told_to_send_one_and_a_port_that_is_taken_is_said()
    {
        await using var lan = await RealLan.CreateAsync(RealLan.PlainRouter);
        lan.Program.Folder.File("lab.yaml", RealLan.LabFile.Replace("interface: eth0 }", "interface: eth0, kernelLogPort: 0 }", StringComparison.Ordinal));
        var run = await lan.ServeAsync();
        Assert.DoesNotContain("talos.logging", await lan.OnBoxAsync("cat", Profile(lan)), StringComparison.Ordinal);
        await run.SignalAsync("INT");
        await run.Ended;

        lan.Program.Folder.File("lab.yaml", RealLan.LabFile);
        lan.StartOnBox("python3", "-c", "import socket, time; s = socket.create_server(('', 6666)); time.sleep(600)");
        await Eventually.TrueAsync(async () => (await lan.OnBoxAsync("ss", "-Hltn")).Contains(":6666", StringComparison.Ordinal), "the port is taken");
        var other = await lan.ServeAsync();
        Assert.Contains(other.Of("message"), message => ((string?)message["text"])!.Contains("network.home.kernelLogPort", StringComparison.Ordinal));
        Assert.DoesNotContain("talos.logging", await lan.OnBoxAsync("cat", Profile(lan)), StringComparison.Ordinal);

        static string Profile(RealLan lan) => Path.Combine(lan.Program.Folders.Lab("home").Run, "matchbox/profiles/stand-in.json");
    }

    [Theory]
    [InlineData("proxy")]
    [InlineData("full")]
    public async Task A_pc_of_the_lab_file_boots_what_is_for_a_pc(string dhcp)
    {
        await using var lan = await RealLan.CreateAsync(dhcp == "full" ? null : RealLan.PlainRouter);
        lan.Program.Folder.File("lab.yaml", RealLan.LabFile.Replace("192.168.1.11 }", "192.168.1.11, arch: amd64 }", StringComparison.Ordinal));
        var tools = await RealLan.ToolsAsync([Architecture.Arm64, Architecture.Amd64]);
        var run = await lan.ServeAsync("--dhcp", dhcp);
        await using var board = await lan.SwitchOnAsync(tools, RealLan.Known, architecture: Architecture.Amd64);
        await run.WaitForAsync(happened => (string?)happened["stage"] == "ready");
        Assert.Contains("NBP filename is ipxe-amd64.efi", board.Screen, StringComparison.Ordinal);
        Assert.Matches(@"stage=userspace kernel=\S+-amd64", board.Screen);
    }

    [Fact]
    public async Task Where_nobody_else_gives_addresses_Lab_can_do_it_and_the_board_gets_the_one_of_the_lab_file()
    {
        await using var lan = await RealLan.CreateAsync(routerOptions: null);
        var run = await lan.ServeAsync("--dhcp", "full");
        await using var board = await lan.SwitchOnAsync(await RealLan.ToolsAsync(), RealLan.Known);
        await run.WaitForAsync(happened => (string?)happened["stage"] == "ready");
        Assert.Equal(["dhcp", "tftp", "script", "kernel", "initrd", "lease", "config", "ready"], RealLan.Stages(run));
        Assert.Contains("lab-node: lease 192.168.1.11/24 hostname=cp1", board.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_router_names_the_boot_file_Lab_answers_no_dhcp_and_the_board_boots_all_the_same()
    {
        await using var lan = await RealLan.CreateAsync([$"--dhcp-boot=ipxe-arm64.efi,,{RealLan.BoxAddress}"]);
        var run = await lan.ServeAsync("--dhcp", "off");
        await lan.SniffAsync();
        await using var board = await lan.SwitchOnAsync(await RealLan.ToolsAsync(), RealLan.Known);
        await run.WaitForAsync(happened => (string?)happened["stage"] == "ready");
        Assert.Equal(["tftp", "script", "kernel", "initrd", "config", "ready"], RealLan.Stages(run));
        Assert.DoesNotContain(lan.Sent, packet => packet.StartsWith("67 ", StringComparison.Ordinal) || packet.StartsWith("4011 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_board_that_boots_from_its_second_network_card_gets_as_far()
    {
        await using var lan = await RealLan.CreateAsync(RealLan.PlainRouter);
        var run = await lan.ServeAsync();
        await using var board = await lan.SwitchOnAsync(await RealLan.ToolsAsync(), RealLan.Known, hasOtherCard: true);
        await run.WaitForAsync(happened => (string?)happened["stage"] == "ready");
        Assert.Contains($"Configuring [dhcp] (net1 {RealLan.Known})", board.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_that_cannot_boot_what_Lab_has_is_told_as_that_whether_or_not_it_is_the_labs()
    {
        await using var lan = await RealLan.CreateAsync(RealLan.PlainRouter);
        var run = await lan.ServeAsync();
        await lan.AskAsync(RealLan.Known, architecture: 7);
        var failure = await run.WaitForAsync(happened => (string?)happened["event"] == "failure");
        Assert.Equal(("cp1", "dhcp"), ((string?)failure["node"], (string?)failure["stage"]));
        Assert.Contains("for arm64 UEFI only", (string?)failure["cause"]);
        Assert.Contains("x86-64 UEFI", failure["evidence"]!.ToJsonString());

        await lan.AskAsync(RealLan.Unknown, architecture: 0);
        var seen = await run.WaitForAsync(happened => (string?)happened["event"] == "seen");
        Assert.Equal("PC BIOS", (string?)seen["client"]);
    }

    [Fact]
    public async Task A_machine_that_was_seen_is_adopted_and_served_from_the_next_start_on()
    {
        await using var lan = await RealLan.CreateAsync(RealLan.PlainRouter);
        var adopted = await lan.Program.RunAsync("adopt", RealLan.Unknown, "cp4");
        Assert.True(adopted.ExitCode == 0, adopted.Transcript);
        Assert.Contains($"lab.yaml has cp4 now: {RealLan.Unknown}, 192.168.1.12.", adopted.Transcript);
        var run = await lan.ServeAsync();
        await lan.AskAsync(RealLan.Unknown, architecture: 11);
        await run.WaitForAsync(happened => (string?)happened["node"] == "cp4" && (string?)happened["stage"] == "dhcp");

        var twice = await lan.Program.RunAsync("adopt", RealLan.Unknown, "cp5");
        Assert.True(twice.ExitCode == 1, twice.Transcript);
        Assert.Contains($"MAC {RealLan.Unknown} is taken already, by nodes[1].mac", twice.Errors);
    }

    [Fact]
    public async Task Beside_a_router_with_another_DHCP_server_a_board_boots_too()
    {
        Assert.SkipUnless(ProgramRequirement.OnPath("kea-dhcp4") is not null, "Kea is not installed: apt-get install kea-dhcp4-server");
        await using var lan = await RealLan.CreateAsync(routerOptions: null);
        await lan.StartKeaAsync();
        var run = await lan.ServeAsync();
        Assert.Contains(run.Of("message"), message => (string?)message["text"] == "DHCP server 192.168.1.1 answers here, without a boot file.");
        await using var board = await lan.SwitchOnAsync(await RealLan.ToolsAsync(), RealLan.Known);
        await run.WaitForAsync(happened => (string?)happened["stage"] == "ready");
        Assert.Contains("lab-node: lease 192.168.1.1", board.Screen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dnsmasq", "dhcp-host=52:54:00:13:00:01,192.168.1.11,cp1\n")]
    [InlineData("text", "52:54:00:13:00:01  192.168.1.11     cp1\n")]
    [InlineData("pfsense", "<staticmap>\n\t<mac>52:54:00:13:00:01</mac>\n\t<ipaddr>192.168.1.11</ipaddr>\n\t<hostname>cp1</hostname>\n</staticmap>\n")]
    public async Task Reservations_are_printed_for_a_router(string format, string printed)
    {
        await using var lan = await RealLan.CreateAsync(routerOptions: null);
        var run = await lan.Program.RunAsync("reservations", "--format", format);
        Assert.Equal(printed, run.Transcript);
        if (format == "dnsmasq")
        {
            lan.Program.Folder.File("reservations.conf", run.Transcript);
            Assert.Equal(
                "0\n",
                await lan.OnBoxAsync(
                    "sh",
                    "-c",
                    $"dnsmasq --test --conf-file={Path.Combine(lan.Program.Folder.Path, "reservations.conf")} 2>/dev/null; echo $?"
                )
            );
        }
    }

    [Fact]
    public async Task Killed_it_leaves_nothing()
    {
        await using var lan = await RealLan.CreateAsync(RealLan.PlainRouter);
        var run = await lan.ServeAsync();
        await run.SignalAsync("KILL");
        await run.Ended;
        await lan.Program.NothingIsLeftSoonAsync("home");
        await lan.NothingIsLeftAsync();
    }

    [Fact]
    public async Task From_another_terminal_a_machine_is_woken_a_command_is_run_as_it_is_and_the_lab_is_ended()
    {
        await using var lan = await RealLan.CreateAsync(RealLan.PlainRouter);
        var run = await lan.ServeAsync();
        await lan.SniffAsync();
        var woken = await lan.Program.RunAsync("start", "cp1");
        Assert.True(woken.ExitCode == 0, woken.Transcript);
        await Eventually.TrueAsync(() => lan.Sent.Any(packet => packet.EndsWith(" 9", StringComparison.Ordinal)), "the packet has left");

        var command = await lan.Program.RunAsync("exec", "--", "true");
        Assert.Equal(125, command.ExitCode);
        Assert.Contains("Lab home serves eth0 of this machine and has no network of its own", command.Errors);

        var down = await lan.Program.RunAsync("down");
        Assert.True(down.ExitCode == 0, down.Transcript);
        await run.Ended;
        await lan.NothingIsLeftAsync();
    }
}
