using CliWrap;
using Lab.Emulation.Linux;

namespace Lab.Tests.Programs;

/// <summary>A lab of somebody who is not root. Where the tests run as root, the program runs as nobody.</summary>
[Collection(VirtualMachines.Name)]
public sealed class UnprivilegedTests : IAsyncDisposable
{
    private readonly TemporaryFolder _files = new();
    private readonly LabProgram _program;

    public UnprivilegedTests() =>
        _program = new LabProgram { Program = Path.Combine(_files.Path, "program"), Prefix = Environment.UserName == "root" ? Nobody.Prefix : [] };

    [Fact]
    public async Task A_node_boots_in_a_user_namespace()
    {
        _program.Folder.File("lab.yaml", "network: { internet: nat, ipv6: 'fd00:10:20:13::/64' }\n");
        await Nobody.LendAsync(_program, _files.Path);
        // As Debian sets it for users: without the folders of the system's own programs.
        _program.Environment["PATH"] = "/usr/local/bin:/usr/bin:/bin";
        var run = await _program.RunAsync("up", "--once", "--json");
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Contains(run.Of("message"), message => ((string?)message["text"])!.Contains("user namespace", StringComparison.Ordinal));
        Assert.Equal(1, (int)run.Events[^1]["ready"]!);
        Assert.Contains("the nodes reach the internet through this machine, by TCP over IPv4.", run.Transcript);
        Assert.DoesNotContain("gets no answer", run.Transcript);
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_launched_node_boots_in_a_vpc_in_a_user_namespace()
    {
        await Nobody.LendAsync(_program, _files.Path);
        await LendEmulatorAsync();
        var run = await _program.RunAsync("up", "--vpc", "--once", "--json");
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Contains(run.Of("message"), message => ((string?)message["text"])!.Contains("user namespace", StringComparison.Ordinal));
        Assert.Contains(run.Of("milestone"), milestone => (string?)milestone["stage"] == "user-data");
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_command_runs_in_the_labs_network_for_its_user_and_for_root()
    {
        await Nobody.LendAsync(_program, _files.Path);
        var run = _program.Start("up", "--json");
        await run.WaitForAsync(happened => (string?)happened["event"] == "started");
        string[] command = ["exec", "--", "sh", "-c", "getent hosts cp1; ip -4 -br address show eth0; exit 7"];
        var users = await _program.RunAsync(command);
        Assert.True(users.ExitCode == 7, users.Transcript);
        Assert.Matches(@"10\.20\.13\.11 +cp1\.lab\.internal\s+eth0.*10\.20\.13\.140/24", users.Transcript);

        if (Environment.UserName == "root")
        {
            var roots = await _program.RunAsync([], command);
            Assert.Equal((7, users.Transcript), (roots.ExitCode, roots.Transcript));

            // The program, not the lab, is for a stranger too.
            await Cli.Wrap("chmod").WithArguments(["755", _files.Path]).ExecuteAsync(TestContext.Current.CancellationToken);
            var strangers = await _program.RunAsync(["setpriv", "--reuid=65533", "--regid=65533", "--clear-groups"], ["exec", "--name", "lab", "--", "true"]);
            Assert.Equal((125, "Lab lab is another user's: only that user and root may use it."), (strangers.ExitCode, strangers.Errors));
        }

        await run.SignalAsync("INT");
        await run.Ended;
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task Killed_in_a_user_namespace_it_leaves_nothing_after_down()
    {
        await Nobody.LendAsync(_program, _files.Path);
        var run = _program.Start("up", "--json");
        await run.WaitForAsync(happened => (string?)happened["stage"] == "tftp");
        await run.KillWithGuardianAsync();
        Assert.NotEmpty(ProcessMark.Find(_program.Folders.Lab("lab")));

        var down = await _program.RunAsync("down");
        Assert.True(down.ExitCode == 0, down.Transcript);
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task When_the_process_that_holds_the_network_dies_the_lab_says_so_and_leaves_nothing()
    {
        await Nobody.LendAsync(_program, _files.Path);
        var run = _program.Start("up", "--once", "--json");
        await run.WaitForAsync(happened => (string?)happened["stage"] == "tftp");
        ProcessMark
            .Find(_program.Folders.Lab("lab"))
            .Single(process => File.ReadAllText($"/proc/{process.Pid}/cmdline").Contains("socket-broker", StringComparison.Ordinal))
            .Kill();
        await run.Ended;

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("The lab's network is gone", (string?)Assert.Single(run.Of("error"))["text"]);
        Assert.Equal((0, 1), ((int)Assert.Single(run.Of("summary"))["ready"]!, (int)run.Of("summary").Single()["failed"]!));
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_real_network_is_served_with_three_capabilities()
    {
        string[] capabilities = ["net_bind_service", "net_raw", "net_admin"];
        var given = $"-all{string.Concat(capabilities.Select(capability => $",+{capability}"))}";
        await using var lan = await RealLan.CreateAsync(
            [],
            box => new LabProgram
            {
                Program = Path.Combine(_files.Path, "program"),
                Prefix = ["ip", "netns", "exec", box, .. Nobody.Prefix, $"--inh-caps={given}", $"--ambient-caps={given}"],
            }
        );
        await Nobody.LendAsync(lan.Program, _files.Path);
        var run = await lan.ServeAsync();
        await using (await lan.SwitchOnAsync(await RealLan.ToolsAsync(), "52:54:00:13:00:01"))
        {
            await run.WaitForAsync(happened => (string?)happened["stage"] == "ready");
        }

        var all = ProcessMark.Find(lan.Program.Folders.Lab("home")).Select(process => ProcessPrivileges.Of(process.Pid)).OfType<ProcessPrivileges>().ToList();
        Assert.Contains(all, process => process.Program == "dnsmasq");
        Assert.All(all, process => Assert.True(process.User != 0 && !process.CanGain, $"{process}"));
        Assert.All(all, process => Assert.True(process.Effective == 0 || process is { Program: "dnsmasq", HasNetwork: true }, $"{process}"));
        Assert.True((await lan.Program.RunAsync("doctor")).Transcript.Contains("Processes of lab home", StringComparison.Ordinal));

        await run.SignalAsync("INT");
        await run.Ended;
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Empty(ProcessMark.Find(lan.Program.Folders.Lab("home")));
    }

    [Fact]
    public async Task Without_root_and_without_the_capabilities_a_real_network_is_not_served()
    {
        await using var lan = await RealLan.CreateAsync(
            [],
            box => new LabProgram { Program = Path.Combine(_files.Path, "program"), Prefix = ["ip", "netns", "exec", box, .. Nobody.Prefix] }
        );
        await Nobody.LendAsync(lan.Program, _files.Path);
        var run = await lan.Program.RunAsync("serve", "--image", "stand-in");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("needs root, or the capabilities net_bind_service, net_raw and net_admin", run.Errors, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        _files.Dispose();
    }

    /// <summary>moto may be root's alone. Its modules are linked to where anybody reads them (copied from another disk), for the Python that anybody may run.</summary>
    private async Task LendEmulatorAsync()
    {
        var moto = new EmulatorRequirement(LabFolders.OfUser.Cache).Find();
        Assert.SkipWhen(moto is null, "This machine has no moto_server.");
        var bin = Path.Combine(_files.Path, "bin");
        await Cli.Wrap("sh")
            .WithArguments([
                "-ec",
                $"""
                python='{Path.GetDirectoryName(moto)}/python3'
                [ -x "$python" ] || python=python3
                from=$("$python" -c 'import moto, os; print(os.path.dirname(os.path.dirname(moto.__file__)))')
                mkdir -p '{bin}' '{_files.Path}/modules'
                cp -rl "$from/." '{_files.Path}/modules' 2>/dev/null || cp -r "$from/." '{_files.Path}/modules'
                printf '#!/bin/sh\nPYTHONPATH=%s exec /usr/bin/python3 -m moto.server "$@"\n' '{_files.Path}/modules' > '{bin}/moto_server'
                chmod 755 '{bin}' '{_files.Path}/modules' '{bin}/moto_server'
                """,
            ])
            .ExecuteAsync(TestContext.Current.CancellationToken);
        _program.Environment["PATH"] = $"{bin}:{Environment.GetEnvironmentVariable("PATH")}";
    }
}
