using CliWrap;
using CliWrap.Buffered;
using Lab.Emulation.Linux;

namespace Lab.Tests.Programs;

/// <summary>Commands of this machine in the network of a running lab. As root; the same for others is in <see cref="UnprivilegedTests"/>.</summary>
[BootsMachines]
public sealed class ExecTests : IAsyncDisposable
{
    /// <summary>Runs a program in a terminal of its own, types a text when it has written another, prints what it wrote and ends as it does.</summary>
    private const string InTerminal = """
        import os, pty, sys
        seen, typed = b"", False
        pid, terminal = pty.fork()
        if pid == 0:
            os.execvp(sys.argv[3], sys.argv[3:])
        while True:
            try:
                part = os.read(terminal, 4096)
            except OSError:
                break
            if not part:
                break
            seen += part
            if not typed and sys.argv[1].encode() in seen:
                os.write(terminal, sys.argv[2].encode())
                typed = True
        sys.stdout.buffer.write(seen)
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        """;

    private readonly LabProgram _program = new();

    [Fact]
    public async Task A_command_has_the_labs_addresses_and_names_and_its_own_streams_terminal_and_exit_code()
    {
        var run = await StartAsync();

        // Both the machine's resolver and the command's are asked by what glibc finds in /etc.
        var name = await _program.RunAsync("exec", "--", "getent", "hosts", "cp1");
        Assert.Matches(@"^10\.20\.13\.11 +cp1\.lab\.internal\s*$", name.Transcript);
        var addresses = await _program.RunAsync("exec", "--", "ip", "-4", "-br", "address", "show", "eth0");
        Assert.Contains("10.20.13.140/24", addresses.Transcript);
        Assert.DoesNotContain("10.20.13.140", await File.ReadAllTextAsync("/etc/resolv.conf", TestContext.Current.CancellationToken));

        var streams = await ExecAsync("input\n", "sh", "-c", "cat; echo \"[$1][$2][$3] $LAB_NAME $http_proxy\"; echo error >&2; exit 7", "sh", "", "a b", "--");
        Assert.Equal((7, "input\n[][a b][--] lab \n", "error\n"), (streams.ExitCode, streams.StandardOutput, streams.StandardError));

        var interrupted = await TypeAsync(
            "READY",
            "\u0003",
            "exec",
            "--",
            "sh",
            "-c",
            "trap 'echo caught; exit 3' INT; tty; echo READY; while :; do sleep 1; done"
        );
        Assert.Equal(3, interrupted.ExitCode);
        Assert.Contains("caught", interrupted.StandardOutput);
        Assert.Contains("/dev/pts/", interrupted.StandardOutput);

        foreach (
            var (arguments, code, message) in new[]
            {
                (new[] { "exec", "--", "no-such-program" }, 127, "There is no program 'no-such-program' on this machine."),
                (["exec", "--", "/etc/passwd"], 126, "/etc/passwd cannot be run"),
                (["exec", "--", "/tmp"], 126, "/tmp cannot be run"),
                (["exec"], 125, "missing for command: 'exec'"),
                (["exec", "--name", "other", "--", "true"], 125, "Lab other is not running."),
            }
        )
        {
            var failed = await _program.RunAsync(arguments);
            Assert.True(failed.ExitCode == code, failed.Transcript);
            Assert.Contains(message, failed.Errors);
        }

        await EndAsync(run);
    }

    [Fact]
    public async Task A_command_that_still_runs_when_the_lab_ends_loses_the_network()
    {
        var run = await StartAsync();
        var command = _program.Start("exec", "--", "sh", "-c", "echo begun; while ip link show dev eth0; do sleep 0.1; done; echo gone");
        await command.WaitForLineAsync("begun");
        await EndAsync(run);
        await command.Ended;
        Assert.True(command.ExitCode == 0, command.Transcript);
        Assert.Contains("gone", command.Transcript);
    }

    [Theory]
    [InlineData("/bin/bash")]
    [InlineData("/bin/sh")]
    public async Task A_shell_is_the_users_with_a_prompt_that_names_the_lab(string shell)
    {
        Assert.SkipUnless(File.Exists(shell), $"This machine has no {shell}.");
        _program.Environment["SHELL"] = shell;
        _program.Environment["HOME"] = _program.Folder.Path;
        var run = await StartAsync();

        var typed = await TypeAsync("(lab lab) ", "ip -4 -br address show eth0; exit 5\n", "shell");
        Assert.Equal(5, typed.ExitCode);
        Assert.Contains("10.20.13.140/24", typed.StandardOutput);

        foreach (var (place, message) in new[] { ("cp1", "cp1 is a node, which has no shell for you."), ("cp9", "Lab lab has no 'cp9' to open a shell on.") })
        {
            var refused = await _program.RunAsync("shell", place);
            Assert.Equal(125, refused.ExitCode);
            Assert.Contains(message, refused.Errors);
        }

        await EndAsync(run);
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    private async Task<ProgramRun> StartAsync()
    {
        var run = _program.Start("up", "--json", "--port", "0");
        await run.WaitForAsync(happened => (string?)happened["event"] == "started");
        return run;
    }

    private async Task EndAsync(ProgramRun run)
    {
        await run.SignalAsync("INT");
        await run.Ended;
        await _program.NothingIsLeftAsync();
    }

    private Task<BufferedCommandResult> ExecAsync(string input, params string[] command) =>
        RunAsync(input, [DotNet.Host, Path.Combine(AppContext.BaseDirectory, "lab.dll"), "exec", "--", .. command]);

    private Task<BufferedCommandResult> TypeAsync(string after, string text, params string[] arguments) =>
        RunAsync("", ["python3", "-c", InTerminal, after, text, DotNet.Host, Path.Combine(AppContext.BaseDirectory, "lab.dll"), .. arguments]);

    private async Task<BufferedCommandResult> RunAsync(string input, string[] command) =>
        await Cli.Wrap(command[0])
            .WithArguments(command[1..])
            .WithWorkingDirectory(_program.Folder.Path)
            .WithStandardInputPipe(PipeSource.FromString(input))
            .WithEnvironmentVariables(
                new Dictionary<string, string?>(_program.Environment)
                {
                    ["XDG_STATE_HOME"] = Path.Combine(_program.Folder.Path, "state"),
                    ["http_proxy"] = "http://192.0.2.1:3128",
                }
            )
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
}
