using CliWrap;
using CliWrap.Buffered;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Tests.Programs;

namespace Lab.Tests.Ec2;

/// <summary>A rehearsal that runs in one terminal and is used from another.</summary>
[BootsMachines]
public sealed class SecondTerminalTests : IAsyncDisposable
{
    private const string Home = "2001:db8:7::7";

    /// <summary>The interface of the bastion that its group gave it; only this one has an IPv6 address.</summary>
    private const string FirstInterface = "bastion (eth0)";

    private readonly LabProgram _program = new();

    [Fact]
    public async Task Its_services_have_one_name_its_console_is_attached_and_who_may_not_connect_is_told_why()
    {
        _program.Folder.File("lab.yaml", $"network: {{ as: vpc, egress: none }}\naccess: {{ ipv6: '{Home}' }}\n");
        var run = _program.Start("up", "--json", "--port", "0");
        var summary = await run.WaitForAsync(happened => (string?)happened["event"] == "summary");
        Assert.True((int)summary["ready"]! == 1, run.Transcript);
        var node = (string)summary["nodes"]![0]!["name"]!;

        // What ps names, the dashboard's resources are called: a log is asked for by a resource's name.
        var services = Assert.Single((await _program.RunAsync("ps", "--json")).Events)["status"]!["services"]!
            .AsObject()
            .Select(service => service.Key)
            .ToList();
        Assert.Equal(
            [
                "aws",
                "bastion",
                "dnsmasq",
                "matchbox",
                "pihole",
                "registry-docker-io",
                "registry-gcr-io",
                "registry-ghcr-io",
                "registry-quay-io",
                "registry-registry-k8s-io",
            ],
            services
        );
        foreach (var service in services)
        {
            var log = await _program.RunAsync("logs", service);
            Assert.True(log.ExitCode == 0, log.Transcript);
        }

        var onBastion = await _program.RunAsync("exec", "--", "sh", "-c", "cat /etc/resolv.conf; ip -4 -br address");
        Assert.Contains("nameserver 10.20.13.140\nnameserver 10.20.0.2\n", onBastion.Transcript);
        Assert.Contains(" 10.20.13.140/24", onBastion.Transcript);

        foreach (
            var (arguments, message) in new[]
            {
                (new[] { "route", node, "registry-1.docker.io" }, "has no route to"),
                (["route", "2001:db8:7::8", FirstInterface, "--port", "22"], "Dropped: no inward rule of bastion-sg allows tcp 22 from 2001:db8:7::8."),
                (["power-off", node], $"{node} has no command 'power-off'. It has: start, stop, terminate, console."),
                (["start", node], $"{node} is Healthy: 'start' does nothing now."),
            }
        )
        {
            var refused = await _program.RunAsync(arguments);
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains(message, refused.Transcript);
        }

        Assert.Equal(0, (await _program.RunAsync("route", Home, FirstInterface, "--port", "22")).ExitCode);
        await ConsoleIsAttachedAsync(node, () => _program.RunAsync("stop", node), () => _program.RunAsync("start", node));
        Assert.Contains("node fetched its configuration: it was not asked to: boot.mirrorDocuments is off", (await VerifyAsync()).StandardOutput);

        await run.SignalAsync("INT");
        await run.Ended;
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task Machine_configurations_for_nodes_that_nobody_knows_yet_are_refused()
    {
        Directory.CreateDirectory(Path.Combine(_program.Folder.Path, "configs"));
        var run = await _program.RunAsync("up", "--vpc", "--machine-configs", "configs", "--once");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--machine-configs: in a VPC no node is known before it is launched", run.Errors);
        await _program.NothingIsLeftAsync();
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    /// <summary>The verb shows what was written before it came, and stays attached while the instance is stopped and started.</summary>
    private async Task ConsoleIsAttachedAsync(string node, params Func<Task<ProgramRun>>[] commands)
    {
        var console = _program.StartOnTerminal("console", node);
        await console.WaitForLineAsync("serving tcp=50000");
        foreach (var command in commands)
        {
            var done = await command();
            Assert.True(done.ExitCode == 0, done.Transcript);
        }

        await console.WaitForLineAsync("UEFI firmware", times: 2);
        await console.SignalAsync("INT");
        await console.Ended;
        Assert.True(File.Exists(ConsoleServer.SocketPath(_program.Folders.Lab("lab"), node)));
    }

    private Task<BufferedCommandResult> VerifyAsync() =>
        Cli.Wrap(DotNet.Host)
            .WithArguments([Path.Combine(AppContext.BaseDirectory, "lab-deploy.dll"), "verify", "--phase", "4"])
            .WithWorkingDirectory(_program.Folder.Path)
            .WithEnvironmentVariables(variables => variables.Set("XDG_STATE_HOME", Path.Combine(_program.Folder.Path, "state")))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
}
