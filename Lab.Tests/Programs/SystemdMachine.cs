using System.Globalization;
using CliWrap;
using CliWrap.Buffered;
using Lab.Emulation.Linux;

namespace Lab.Tests.Programs;

/// <summary>
/// A machine that systemd has started: this one's files, none of which it can change, with a systemd of its own in a container on a network
/// of the test's.
/// </summary>
internal sealed class SystemdMachine : IAsyncDisposable
{
    /// <summary>They would work on what is the test's, or on this machine.</summary>
    private static readonly string[] Masked =
    [
        "systemd-tmpfiles-setup.service",
        "systemd-tmpfiles-setup-dev.service",
        "systemd-tmpfiles-clean.timer",
        "networking.service",
        "systemd-networkd.service",
        "systemd-resolved.service",
    ];

    /// <summary>Into the container, in the folder that it is called in.</summary>
    private const string Enter = "pid=$(cat \"$1\"); shift; exec nsenter --target \"$pid\" --all sh -c 'cd \"$1\" && shift && exec \"$@\"' sh \"$PWD\" \"$@\"";

    private readonly TemporaryFolder _files = new();
    private readonly CancellationTokenSource _off = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Prepares one.</summary>
    public SystemdMachine()
    {
        Assert.SkipUnless(ProgramRequirement.OnPath("systemd-nspawn") is not null, "systemd-nspawn is not installed: apt-get install systemd-container");
        Program = new LabProgram { Prefix = ["sh", "-c", Enter, "sh", PidFile] };
    }

    /// <summary>The program, which runs there.</summary>
    public LabProgram Program { get; }

    private string PidFile => Path.Combine(_files.Path, "pid");

    private string Overlay => Path.Combine(_files.Path, "overlay");

    private string Root => Path.Combine(Overlay, "root");

    /// <summary>Starts it.</summary>
    /// <param name="network">Name of its network namespace.</param>
    public async Task StartAsync(string network)
    {
        Directory.CreateDirectory(Overlay);
        await HostAsync("mount", "-t", "tmpfs", "lab-test", Overlay);
        foreach (var folder in new[] { "changed", "work", "root" })
        {
            Directory.CreateDirectory(Path.Combine(Overlay, folder));
        }

        await HostAsync("mount", "-t", "overlay", "lab-test", "-o", $"lowerdir=/,upperdir={Overlay}/changed,workdir={Overlay}/work", Root);
        foreach (var unit in Masked)
        {
            await HostAsync("ln", "-sfn", "/dev/null", Path.Combine(Root, "etc/systemd/system", unit));
        }

        var container = Cli.Wrap("systemd-nspawn")
            .WithArguments([
                $"--directory={Root}",
                $"--network-namespace-path=/run/netns/{network}",
                $"--machine={network}",
                "--capability=CAP_NET_ADMIN",
                $"--bind={Path.GetFullPath(Repository.PathOf("."))}",
                $"--bind={Program.Folder.Path}",
                .. "--register=no --keep-unit --link-journal=no --console=pipe /lib/systemd/systemd --unit=basic.target".Split(' '),
            ])
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(_off.Token);
        _running = container.Task;
        await Eventually.TrueAsync(() => IsUpAsync(container.ProcessId), "systemd has started");
    }

    /// <summary>Runs a command there.</summary>
    /// <returns>Its exit code and what it wrote.</returns>
    public async Task<(int Code, string Output)> RunAsync(params string[] command)
    {
        var result = await Cli.Wrap("nsenter")
            .WithArguments(["--target", await File.ReadAllTextAsync(PidFile, TestContext.Current.CancellationToken), "--all", .. command])
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        return (result.ExitCode, (result.StandardOutput + result.StandardError).Trim());
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _off.CancelAsync();
        await _running.ContinueWith(_ => { }, TaskScheduler.Default);
        foreach (var mounted in new[] { Root, Overlay })
        {
            await Cli.Wrap("umount").WithArguments(["--lazy", mounted]).WithValidation(CommandResultValidation.None).ExecuteAsync();
        }

        await Program.DisposeAsync();
        _off.Dispose();
        _files.Dispose();
    }

    private async Task<bool> IsUpAsync(int container)
    {
        Assert.False(_running.IsCompleted, "systemd-nspawn has ended");
        var child = await Cli.Wrap("pgrep")
            .WithArguments(["-P", $"{container}", "-x", "systemd"])
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync();
        if (!int.TryParse(child.StandardOutput, CultureInfo.InvariantCulture, out var pid))
        {
            return false;
        }

        await File.WriteAllTextAsync(PidFile, $"{pid}");
        return (await RunAsync("systemctl", "is-active", "basic.target")).Output == "active";
    }

    private static Task HostAsync(string program, params string[] arguments) =>
        Cli.Wrap(program).WithArguments(arguments).ExecuteBufferedAsync(TestContext.Current.CancellationToken);
}
