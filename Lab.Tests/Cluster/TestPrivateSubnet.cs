using System.Diagnostics;
using CliWrap;
using CliWrap.Buffered;

namespace Lab.Tests.Cluster;

/// <summary>
/// A private subnet in a network of its own, with a bastion that a real SSH server lets people into, and machines whose port 50000 answers.
/// Nothing leads there from this machine but what goes through the bastion.
/// </summary>
internal sealed class TestPrivateSubnet : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<Process> _processes = [];

    private TestPrivateSubnet() { }

    /// <summary>The command <c>ssh</c> that gets to the bastion, whatever its address.</summary>
    public string Ssh => $"ssh -F {Path.Combine(_folder.Path, "config")}";

    /// <summary>The process whose network it is.</summary>
    public int Holder => _processes[0].Id;

    /// <summary>What the bastion writes to its console when it starts.</summary>
    public string Console { get; set; } = "";

    /// <summary>Makes it.</summary>
    /// <param name="machines">Addresses of its machines.</param>
    public static async Task<TestPrivateSubnet> CreateAsync(params string[] machines)
    {
        var subnet = new TestPrivateSubnet();
        await subnet.KeysAsync();
        subnet.Start(
            "unshare",
            [
                "--net",
                "--mount",
                // Dropbear leaves its children behind: they end with their namespace.
                "--pid",
                "--fork",
                "--kill-child",
                "sh",
                "-ec",
                $"""
                mount --bind "$0/passwd" /etc/passwd
                ip link set lo up
                {string.Join('\n', machines.Select(machine => $"ip address add {machine}/32 dev lo"))}
                dropbear -s -r "$0/host" -P "$0/dropbear"
                touch "$0/ready"
                exec python3 -m http.server --directory "$0/home" 50000
                """,
                subnet._folder.Path,
            ]
        );
        await Eventually.TrueAsync(
            async () => File.Exists(Path.Combine(subnet._folder.Path, "ready")) && await subnet.AnswersAsync(machines[0]),
            "the private subnet answers"
        );
        return subnet;
    }

    /// <summary>The bastion does not know the user's key any more.</summary>
    public void LockOut() => File.Delete(Path.Combine(_folder.Path, "home", ".ssh", "authorized_keys"));

    public ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }

        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task KeysAsync()
    {
        var home = Directory.CreateDirectory(Path.Combine(_folder.Path, "home", ".ssh")).FullName;
        var (key, host) = (Path.Combine(_folder.Path, "key"), Path.Combine(_folder.Path, "host"));
        await RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key);
        await RunAsync("dropbearkey", "-t", "ed25519", "-f", host);
        File.Copy($"{key}.pub", Path.Combine(home, "authorized_keys"));
        var said = await RunAsync("dropbearkey", "-y", "-f", host);
        Console = $"""
            [   12.3] cloud-init[1234]: -----BEGIN SSH HOST KEY KEYS-----
            [   12.3] cloud-init[1234]: {said.Split('\n').Single(line => line.StartsWith("ssh-ed25519 ", StringComparison.Ordinal))}
            [   12.3] cloud-init[1234]: -----END SSH HOST KEY KEYS-----
            """;
        _folder.File("passwd", $"root:x:0:0::/root:/bin/sh\nec2-user:x:0:0::{Path.GetDirectoryName(home)}:/bin/sh\n");
        _folder.File(
            "config",
            $$"""
            Host *
              IdentityFile {{key}}
              IdentitiesOnly yes
              ProxyCommand nsenter --net=/proc/$(cat {{_folder.Path}}/holder)/ns/net bash -c 'exec 3<>/dev/tcp/127.0.0.1/22 && { cat <&3 & cat >&3; }'

            """
        );
        if (OperatingSystem.IsLinux())
        {
            // OpenSSH and dropbear refuse what others could change.
            File.SetUnixFileMode(home, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.SetUnixFileMode(Path.GetDirectoryName(home)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private void Start(string program, string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        _processes.Add(process);
        _folder.File("holder", $"{process.Id}");
    }

    private async Task<bool> AnswersAsync(string machine)
    {
        var asked = await Cli.Wrap("nsenter")
            .WithArguments([$"--net=/proc/{Holder}/ns/net", "curl", "-s", "-o", "/dev/null", $"http://{machine}:50000/"])
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync();
        return asked.ExitCode == 0;
    }

    private static async Task<string> RunAsync(string program, params string[] arguments) =>
        (await Cli.Wrap(program).WithArguments(arguments).ExecuteBufferedAsync()).StandardOutput;
}
