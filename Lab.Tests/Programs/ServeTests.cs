using System.Text.Json.Nodes;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Model.Definition;
using Lab.Model.Running;
using Lab.Tests.BootServer;

namespace Lab.Tests.Programs;

/// <summary>A real network, with machines that Lab does not run: the program serves them from a box beside the router.</summary>
[Collection(VirtualMachines.Name)]
public sealed class ServeTests
{
    private const string Known = "52:54:00:13:00:01";
    private const string Unknown = "52:54:00:66:66:66";
    private static readonly string[] PlainRouter = [];

    [Fact]
    public async Task A_board_gets_its_address_from_the_router_boots_what_Lab_serves_and_sends_its_kernels_log_while_a_stranger_gets_nothing_and_is_not_heard()
    {
        await using var lan = await RealLan.CreateAsync(PlainRouter);
        var run = await lan.ServeAsync();
        var tools = await RealLan.ToolsAsync();
        await using (var board = await lan.SwitchOnAsync(tools, Known))
        await using (var stranger = await lan.SwitchOnAsync(tools, Unknown))
        {
            await run.WaitForAsync(happened => (string?)happened["stage"] == "ready");
            var seen = await run.WaitForAsync(happened => (string?)happened["event"] == "seen");

            foreach (var stage in new[] { "linux", "userspace", "images" })
            {
                var reached = await run.WaitForAsync(happened => (string?)happened["stage"] == stage);
                Assert.Equal("kernel-log", (string?)reached["source"]);
            }

            Assert.Equal(["dhcp", "tftp", "script", "kernel", "initrd", "config", "ready"], Stages(run));
            Assert.Contains("lab-node: lease 192.168.1.1", board.Screen, StringComparison.Ordinal);
            Assert.Contains("stage=images caches=5", board.Screen, StringComparison.Ordinal);
            Assert.Equal((Unknown, "arm64 UEFI"), ((string?)seen["mac"], (string?)seen["client"]));
            Assert.Contains(Unknown, (string?)seen["entry"]);
            await stranger.ShowsAsync("PXE-E16");
            Assert.DoesNotContain("NBP", stranger.Screen, StringComparison.Ordinal);
        }

        Assert.Contains(run.Of("message"), message => ((string?)message["text"])!.Contains("the lab file says 192.168.1.11", StringComparison.Ordinal));

        var status = LabStatus.Read(lan.Program.Folders.Lab("home").Root)!;
        Assert.Equal("ready", status.Nodes["cp1"]);
        Assert.Equal("arm64 UEFI", status.Seen![Unknown]);
        var listed = await lan.Program.RunAsync("ps");
        Assert.Contains($"{Unknown}          seen, not of the lab: arm64 UEFI", listed.Transcript);

        var log = (await lan.Program.RunAsync("logs", "cp1")).Transcript;
        Assert.Matches(@"kernel-log: \[ +0\.000000\] Linux version ", log);
        Assert.Matches(@"kernel-log: \[ +\d+\.\d+\] lab-node: stage=images caches=5", log);
        await lan.SendLogAsync(Unknown, "192.168.1.77", "a stranger speaks");
        await lan.SendLogAsync(Known, "192.168.1.11", "the board speaks");
        await Eventually.TrueAsync(
            async () => (await lan.Program.RunAsync("logs", "cp1")).Transcript.Contains("kernel-log: the board speaks", StringComparison.Ordinal),
            "netconsole is heard"
        );
        Assert.DoesNotContain("a stranger speaks", (await lan.Program.RunAsync("logs", "cp1")).Transcript, StringComparison.Ordinal);

        await run.SignalAsync("INT");
        await run.Ended;
        Assert.True(run.ExitCode == 0, run.Transcript);
        await NothingIsLeftAsync(lan);
    }

    [Fact]
    public async Task Lab_announces_no_IPv6_on_a_real_network_even_where_it_gives_the_addresses()
    {
        await using var lan = await RealLan.CreateAsync(null);
        lan.Program.Folder.File("lab.yaml", RealLan.LabFile.Replace("  home: {", "  ipv6: fd00:192:168:1::/64\n  home: {", StringComparison.Ordinal));
        var run = await lan.ServeAsync("--dhcp", "full");
        Assert.Contains(
            run.Of("message"),
            message =>
                (string?)message["text"] == "network.ipv6: left out, since on a real network it is the router that announces fd00:192:168:1::/64, not Lab."
        );
        var log = (await lan.Program.RunAsync("logs", "dnsmasq")).Transcript;
        Assert.Contains("DHCP, IP range 192.168.1.", log, StringComparison.Ordinal);
        Assert.DoesNotContain("router advertisement", log, StringComparison.OrdinalIgnoreCase);
        await run.SignalAsync("INT");
        await run.Ended;
        Assert.True(run.ExitCode == 0, run.Transcript);
    }

    [Fact]
    public async Task Without_a_port_for_kernel_logs_nobody_is_told_to_send_one_and_a_port_that_is_taken_is_said()
    {
        await using var lan = await RealLan.CreateAsync(PlainRouter);
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
        await using var lan = await RealLan.CreateAsync(dhcp == "full" ? null : PlainRouter);
        lan.Program.Folder.File("lab.yaml", RealLan.LabFile.Replace("192.168.1.11 }", "192.168.1.11, arch: amd64 }", StringComparison.Ordinal));
        var tools = await RealLan.ToolsAsync([Architecture.Arm64, Architecture.Amd64]);
        var run = await lan.ServeAsync("--dhcp", dhcp);
        await using var board = await lan.SwitchOnAsync(tools, Known, architecture: Architecture.Amd64);
        await run.WaitForAsync(happened => (string?)happened["stage"] == "ready");
        Assert.Contains("NBP filename is ipxe-amd64.efi", board.Screen, StringComparison.Ordinal);
        Assert.Matches(@"stage=userspace kernel=\S+-amd64", board.Screen);
    }

    [Fact]
    public async Task Where_nobody_else_gives_addresses_Lab_can_do_it_and_the_board_gets_the_one_of_the_lab_file()
    {
        await using var lan = await RealLan.CreateAsync(routerOptions: null);
        var run = await lan.ServeAsync("--dhcp", "full");
        await using var board = await lan.SwitchOnAsync(await RealLan.ToolsAsync(), Known);
        await run.WaitForAsync(happened => (string?)happened["stage"] == "ready");
        Assert.Equal(["dhcp", "tftp", "script", "kernel", "initrd", "lease", "config", "ready"], Stages(run));
        Assert.Contains("lab-node: lease 192.168.1.11/24 hostname=cp1", board.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_router_names_the_boot_file_Lab_answers_no_dhcp_and_the_board_boots_all_the_same()
    {
        await using var lan = await RealLan.CreateAsync([$"--dhcp-boot=ipxe-arm64.efi,,{RealLan.BoxAddress}"]);
        var run = await lan.ServeAsync("--dhcp", "off");
        await lan.SniffAsync();
        await using var board = await lan.SwitchOnAsync(await RealLan.ToolsAsync(), Known);
        await run.WaitForAsync(happened => (string?)happened["stage"] == "ready");
        Assert.Equal(["tftp", "script", "kernel", "initrd", "config", "ready"], Stages(run));
        Assert.DoesNotContain(lan.Sent, packet => packet.StartsWith("67 ", StringComparison.Ordinal) || packet.StartsWith("4011 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_board_that_boots_from_its_second_network_card_gets_as_far()
    {
        await using var lan = await RealLan.CreateAsync(PlainRouter);
        var run = await lan.ServeAsync();
        await using var board = await lan.SwitchOnAsync(await RealLan.ToolsAsync(), Known, hasOtherCard: true);
        await run.WaitForAsync(happened => (string?)happened["stage"] == "ready");
        Assert.Contains($"Configuring [dhcp] (net1 {Known})", board.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_that_cannot_boot_what_Lab_has_is_told_as_that_whether_or_not_it_is_the_labs()
    {
        await using var lan = await RealLan.CreateAsync(PlainRouter);
        var run = await lan.ServeAsync();
        await lan.AskAsync(Known, architecture: 7);
        var failure = await run.WaitForAsync(happened => (string?)happened["event"] == "failure");
        Assert.Equal(("cp1", "dhcp"), ((string?)failure["node"], (string?)failure["stage"]));
        Assert.Contains("for arm64 UEFI only", (string?)failure["cause"]);
        Assert.Contains("x86-64 UEFI", failure["evidence"]!.ToJsonString());

        await lan.AskAsync(Unknown, architecture: 0);
        var seen = await run.WaitForAsync(happened => (string?)happened["event"] == "seen");
        Assert.Equal("PC BIOS", (string?)seen["client"]);
    }

    [Fact]
    public async Task An_installed_board_goes_to_its_disk_and_after_reinstall_to_the_network_once()
    {
        await using var lan = await RealLan.CreateAsync([$"--dhcp-host={Known},192.168.1.11"]);
        var run = await lan.ServeAsync();
        var tools = await RealLan.ToolsAsync();
        var folder = lan.Program.Folders.Lab("home");
        var disk = lan.Install(tools, Path.Combine(folder.Assets, "stand-in"));
        var marked = await lan.Program.RunAsync("mark-installed", "cp1");
        Assert.True(marked.ExitCode == 0, marked.Transcript);
        await run.WaitForAsync(happened => (string?)happened["event"] == "installed");
        await using (var board = await lan.SwitchOnAsync(tools, Known, disk: disk))
        {
            await run.WaitForAsync(happened => (string?)happened["stage"] == "ready");
            Assert.Contains("Started from the disk", board.Screen, StringComparison.Ordinal);
        }

        Assert.Equal(["dhcp", "tftp", "disk", "ready"], Stages(run));
        Assert.Contains("cp1                        installed, boots from its disk: marked by hand", (await lan.Program.RunAsync("ps")).Transcript);

        var again = await lan.Program.RunAsync("reinstall", "cp1");
        Assert.True(again.ExitCode == 0, again.Transcript);
        await using (var board = await lan.SwitchOnAsync(tools, Known, disk: disk))
        {
            await run.WaitForAsync(_ => Stages(run).Count(stage => stage == "ready") == 2);
            Assert.DoesNotContain("Started from the disk", board.Screen, StringComparison.Ordinal);
        }

        Assert.Equal(["dhcp", "tftp", "script", "kernel", "initrd", "config", "ready"], Stages(run).Skip(4));
        Assert.Equal([false, true, false], run.Of("installed").Select(happened => (bool)happened["reinstall"]!));
        Assert.Equal(new LabStatus.InstalledStatus("marked by hand", Reinstall: false), LabStatus.Read(folder.Root)!.Installed!["cp1"]);
        await using (var board = await lan.SwitchOnAsync(tools, Known, disk: disk))
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
        await using (var board = await lan.SwitchOnAsync(tools, Known, disk: disk))
        {
            await run.WaitForAsync(_ => Stages(run).Count(stage => stage == "kernel") == 2);
        }
    }

    [Theory]
    [InlineData(Known, true)]
    [InlineData(Unknown, false)]
    public async Task A_machine_that_answers_and_was_never_served_is_installed_unless_another_one_has_its_address(string mac, bool isInstalled)
    {
        await using var lan = await RealLan.CreateAsync(PlainRouter);
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

    [Fact]
    public async Task A_machine_that_was_seen_is_adopted_and_served_from_the_next_start_on()
    {
        await using var lan = await RealLan.CreateAsync(PlainRouter);
        var adopted = await lan.Program.RunAsync("adopt", Unknown, "cp4");
        Assert.True(adopted.ExitCode == 0, adopted.Transcript);
        Assert.Contains($"lab.yaml has cp4 now: {Unknown}, 192.168.1.12.", adopted.Transcript);
        var run = await lan.ServeAsync();
        await lan.AskAsync(Unknown, architecture: 11);
        await run.WaitForAsync(happened => (string?)happened["node"] == "cp4" && (string?)happened["stage"] == "dhcp");

        var twice = await lan.Program.RunAsync("adopt", Unknown, "cp5");
        Assert.True(twice.ExitCode == 1, twice.Transcript);
        Assert.Contains($"MAC {Unknown} is taken already, by nodes[1].mac", twice.Errors);
    }

    [Fact]
    public async Task Beside_a_router_with_another_DHCP_server_a_board_boots_too()
    {
        Assert.SkipUnless(ProgramRequirement.OnPath("kea-dhcp4") is not null, "Kea is not installed: apt-get install kea-dhcp4-server");
        await using var lan = await RealLan.CreateAsync(routerOptions: null);
        await lan.StartKeaAsync();
        var run = await lan.ServeAsync();
        Assert.Contains(run.Of("message"), message => (string?)message["text"] == "DHCP server 192.168.1.1 answers here, without a boot file.");
        await using var board = await lan.SwitchOnAsync(await RealLan.ToolsAsync(), Known);
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
        await using var lan = await RealLan.CreateAsync(PlainRouter);
        var run = await lan.ServeAsync();
        await run.SignalAsync("KILL");
        await run.Ended;
        await lan.Program.NothingIsLeftSoonAsync("home");
        await NothingIsLeftAsync(lan);
    }

    [Fact]
    public async Task From_another_terminal_a_machine_is_woken_a_command_is_run_as_it_is_and_the_lab_is_ended()
    {
        await using var lan = await RealLan.CreateAsync(PlainRouter);
        var run = await lan.ServeAsync();
        await lan.SniffAsync();
        var woken = await lan.Program.RunAsync("start", "cp1");
        Assert.True(woken.ExitCode == 0, woken.Transcript);
        await Fabric.Vpc.VpcLab.UntilAsync(
            () => Task.FromResult(lan.Sent.Any(packet => packet.EndsWith(" 9", StringComparison.Ordinal))),
            "the packet has left"
        );

        var command = await lan.Program.RunAsync("exec", "--", "true");
        Assert.Equal(125, command.ExitCode);
        Assert.Contains("Lab home serves eth0 of this machine and has no network of its own", command.Errors);

        var down = await lan.Program.RunAsync("down");
        Assert.True(down.ExitCode == 0, down.Transcript);
        await run.Ended;
        await NothingIsLeftAsync(lan);
    }

    [Fact]
    public async Task It_gives_no_addresses_beside_a_server_that_does_and_has_answered_nobody_before_it_knew()
    {
        await using var lan = await RealLan.CreateAsync(PlainRouter);
        await lan.SniffAsync();
        var run = await lan.Program.RunAsync("serve", "--image", "stand-in", "--dhcp", "full", "--port", "0");
        Assert.True(run.ExitCode == 1, run.Transcript);
        Assert.Contains("DHCP server 192.168.1.1 answers here, without a boot file", run.Errors);
        Assert.Contains("Nothing was served", run.Errors);
        // Its own question, and nothing that a DHCP server says.
        Assert.Equal(["68 67"], lan.Sent.Where(IsOfDhcp).Distinct());
        await NothingIsLeftAsync(lan);
    }

    [Fact]
    public async Task Where_somebody_else_begins_to_give_addresses_it_stops()
    {
        await using var lan = await RealLan.CreateAsync(routerOptions: null);
        var run = await lan.ServeAsync("--dhcp", "full");
        lan.StartRouter();
        await run.WaitForAsync(happened => (string?)happened["name"] == "dnsmasq" && (string?)happened["state"] == "Exited");
        await run.WaitForAsync(happened =>
            ((string?)happened["text"])?.StartsWith("DHCP server 192.168.1.1 answers on eth0 now", StringComparison.Ordinal) == true
        );
    }

    [Fact]
    public async Task A_router_that_names_a_boot_file_itself_is_told_of()
    {
        await using var lan = await RealLan.CreateAsync(["--dhcp-boot=other.efi"]);
        var run = await lan.ServeAsync();
        Assert.Contains(
            run.Of("message"),
            message =>
                ((string?)message["text"])!.StartsWith(
                    "DHCP server 192.168.1.1 answers here, with boot file other.efi. It names a boot file too",
                    StringComparison.Ordinal
                )
        );
    }

    [Theory]
    [InlineData("wireless", "eth0 is wireless")]
    [InlineData("tun", "vpn0 is a VPN or a tunnel")]
    [InlineData("bridge", "docker0 is a bridge of containers or virtual machines")]
    [InlineData("loopback", "lo is this machine itself")]
    [InlineData("public", "eth0 has the public address 203.0.113.5")]
    [InlineData("down", "eth0 is down")]
    [InlineData("other-network", "eth0 is in 192.168.7.0/24, and the lab file is for 192.168.1.0/24")]
    [InlineData("same-address", "192.168.1.11 is this machine's address, and that of cp1")]
    [InlineData("none", "This machine has no network interface 'eth7'. This machine has: eth0 (192.168.1.5/24), lo (127.0.0.1/8, loopback).")]
    public async Task An_interface_that_is_not_meant_is_refused_before_a_packet_has_left(string kind, string message)
    {
        await using var lan = await RealLan.CreateAsync(PlainRouter);
        var (device, prepare) = kind switch
        {
            "wireless" => ("eth0", ""),
            "tun" => ("vpn0", $"-n {lan.Box} tuntap add vpn0 mode tun;-n {lan.Box} address add 10.9.0.2/24 dev vpn0;-n {lan.Box} link set vpn0 up"),
            "bridge" => (
                "docker0",
                $"-n {lan.Box} link add docker0 type bridge;-n {lan.Box} address add 172.17.0.1/16 dev docker0;-n {lan.Box} link add c1 type veth peer name c2;-n {lan.Box} link set c1 master docker0 up;-n {lan.Box} link set docker0 up"
            ),
            "loopback" => ("lo", ""),
            "public" => ("eth0", $"-n {lan.Box} address flush dev eth0;-n {lan.Box} address add 203.0.113.5/24 dev eth0"),
            "down" => ("eth0", $"-n {lan.Box} link set eth0 down"),
            "other-network" => ("eth0", $"-n {lan.Box} address flush dev eth0;-n {lan.Box} address add 192.168.7.5/24 dev eth0"),
            "same-address" => ("eth0", $"-n {lan.Box} address flush dev eth0;-n {lan.Box} address add 192.168.1.11/24 dev eth0"),
            _ => ("eth7", ""),
        };
        foreach (var command in prepare.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            await lan.IpAsync(command);
        }

        if (kind == "public")
        {
            lan.Program.Folder.File(
                "lab.yaml",
                "network: { vpc: 203.0.113.0/24, publicSubnet: 203.0.113.128/28, privateSubnet: 203.0.113.0/25 }\nbastion: { address: 203.0.113.9 }\ndhcp: { first: 203.0.113.20, last: 203.0.113.30 }\nnodes: []\n"
            );
            await lan.IpAsync($"-n {lan.Box} address flush dev eth0");
            await lan.IpAsync($"-n {lan.Box} address add 203.0.113.5/25 dev eth0");
        }

        await lan.SniffAsync();
        var run = kind == "wireless" ? await lan.ServeOverWifiAsync() : await lan.Program.RunAsync("serve", "--image", "stand-in", "--interface", device);
        Assert.True(run.ExitCode == 1, run.Transcript);
        Assert.Contains(message, run.Errors);
        Assert.DoesNotContain(lan.Sent, IsOfDhcp);
        await NothingIsLeftAsync(lan);
    }

    [Fact]
    public async Task Who_is_sure_is_served_on_such_an_interface_too()
    {
        await using var lan = await RealLan.CreateAsync(PlainRouter);
        await lan.IpAsync($"-n {lan.Box} link add docker0 type bridge");
        await lan.IpAsync($"-n {lan.Box} link set eth0 master docker0");
        await lan.IpAsync($"-n {lan.Box} address flush dev eth0");
        await lan.IpAsync($"-n {lan.Box} address add {RealLan.BoxAddress}/24 dev docker0");
        await lan.IpAsync($"-n {lan.Box} link set docker0 up");
        var refused = await lan.Program.RunAsync("serve", "--image", "stand-in", "--interface", "docker0");
        Assert.Contains("If that is what you want, say --yes.", refused.Errors);
        await lan.ServeAsync("--interface", "docker0", "--yes");
    }

    /// <summary>Without those of the kernel's log, which comes when it comes.</summary>
    private static List<string> Stages(ProgramRun run) =>
        [.. run.Of("milestone").Where(milestone => (string?)milestone["source"] != Observation.KernelLog).Select(Stage)];

    private static string Stage(JsonObject milestone) => (string)milestone["stage"]!;

    private static bool IsOfDhcp(string packet) => packet.Split(' ').Any(port => port is "67" or "68" or "69" or "4011");

    /// <summary>
    /// Beside the lab's own traces: no process on the box, no port that somebody listens on (state LISTEN of TCP, CLOSE of UDP). A connection
    /// that ends while the board is off already is the kernel's for a while.
    /// </summary>
    private static async Task NothingIsLeftAsync(RealLan lan)
    {
        await lan.Program.NothingIsLeftAsync("home");
        Assert.Equal("", await lan.OnBoxAsync("sh", "-c", "awk '$4 == \"0A\" || $4 == \"07\"' /proc/net/tcp /proc/net/udp"));
    }
}
