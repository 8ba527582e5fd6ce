using Lab.Model.Running;

namespace Lab.Tests.Programs;

/// <summary><c>lab serve</c> as a service of systemd, which runs in a container.</summary>
[Collection(VirtualMachines.Name)]
public sealed class ServeServiceTests
{
    private const string Unit = "/etc/systemd/system/lab-home.service";
    private static readonly string[] Install = ["serve", "--image", "stand-in", "--port", "0", "--install-service"];

    [Fact]
    public async Task An_installed_service_serves_boards_until_it_is_stopped_and_is_gone_when_it_is_uninstalled()
    {
        await using var lan = await RealLan.CreateAsync([]);
        await using var machine = new SystemdMachine();
        machine.Program.Folder.File("lab.yaml", RealLan.LabFile);
        var tools = await RealLan.ToolsAsync();
        await machine.StartAsync(lan.Box);
        await SucceedsAsync(machine, $"Wrote {Unit}:", Install);
        Assert.Equal((0, "active"), await machine.RunAsync("systemctl", "is-active", "lab-home"));
        Assert.Equal((0, "enabled"), await machine.RunAsync("systemctl", "is-enabled", "lab-home"));
        var (code, said) = await machine.RunAsync("systemd-analyze", "verify", "--man=no", Unit);
        Assert.True(code == 0 && !said.Contains("lab-home", StringComparison.Ordinal), said);
        await using (await lan.SwitchOnAsync(tools, RealLan.Known))
        {
            await Eventually.TrueAsync(
                () => LabStatus.Read(machine.Program.Folders.Lab("home").Root)?.Nodes.GetValueOrDefault("cp1") == "ready",
                "the board is ready"
            );
        }

        // It may do what its unit says, and no more.
        var (_, privileges) = await machine.RunAsync("sh", "-c", "grep CapBnd /proc/$(systemctl show --property MainPID --value lab-home)/status");
        Assert.Matches(@"CapBnd:\s+0000000000", privileges);
        await SucceedsAsync(machine, "is as it should be, and serves: nothing was changed", Install);
        await SucceedsAsync(machine, $"Replaced {Unit}:", [.. Install, "--timeout", "900"]);

        Assert.Equal((0, ""), await machine.RunAsync("systemctl", "stop", "lab-home"));
        await NothingListensAsync(lan);
        Assert.Equal((0, ""), await machine.RunAsync("systemctl", "start", "lab-home"));
        await SucceedsAsync(machine, "home", "ps");
        await SucceedsAsync(machine, $"{Unit} was ended and removed", "serve", "--uninstall");
        await NothingListensAsync(lan);
        Assert.NotEqual(0, (await machine.RunAsync("test", "-e", Unit)).Code);
        await SucceedsAsync(machine, $"There is no {Unit}: nothing was done.", "serve", "--uninstall");
    }

    [Fact]
    public async Task What_does_not_begin_to_serve_or_is_somebody_elses_is_left_as_it_was()
    {
        await using var lan = await RealLan.CreateAsync([]);
        await using var machine = new SystemdMachine();
        machine.Program.Folder.File("lab.yaml", RealLan.LabFile);
        await RealLan.ToolsAsync();
        await machine.StartAsync(lan.Box);

        // The router gives addresses.
        var refused = await machine.Program.RunAsync([.. Install, "--dhcp", "full"]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("lab-home.service does not begin to serve. It was removed again.", refused.Errors);
        Assert.Contains("DHCP server 192.168.1.1 answers here", refused.Errors);
        Assert.NotEqual(0, (await machine.RunAsync("test", "-e", Unit)).Code);
        Assert.NotEqual(0, (await machine.RunAsync("systemctl", "is-enabled", "lab-home")).Code);

        await machine.RunAsync("sh", "-c", $"printf '[Service]\\nExecStart=/bin/true\\n' > {Unit}");
        foreach (var arguments in new[] { Install, ["serve", "--uninstall"] })
        {
            var foreign = await machine.Program.RunAsync(arguments);
            Assert.Equal(1, foreign.ExitCode);
            Assert.Contains($"{Unit} was not written by Lab", foreign.Errors);
        }

        Assert.Equal((0, "[Service]\nExecStart=/bin/true"), await machine.RunAsync("cat", Unit));

        // Where systemd has started nothing, its folder is not there.
        await using var elsewhere = new LabProgram
        {
            Prefix = [.. lan.Program.Prefix, "unshare", "--mount", "sh", "-c", "mount -t tmpfs lab-test /run && exec \"$@\"", "sh"],
        };
        elsewhere.Folder.File("lab.yaml", RealLan.LabFile);
        var without = await elsewhere.RunAsync(Install);
        Assert.Equal(2, without.ExitCode);
        Assert.Contains("This machine was not started by systemd", without.Errors);
    }

    private static async Task SucceedsAsync(SystemdMachine machine, string said, params string[] arguments)
    {
        var run = await machine.Program.RunAsync(arguments);
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Contains(said, run.Transcript);
    }

    private static async Task NothingListensAsync(RealLan lan) =>
        Assert.Equal("", await lan.OnBoxAsync("sh", "-c", "awk '$4 == \"0A\" || $4 == \"07\"' /proc/net/tcp /proc/net/udp"));
}
