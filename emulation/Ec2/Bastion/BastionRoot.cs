using Lab.Emulation.Fabric;
using Lab.Emulation.Host;
using Lab.Emulation.Services;

namespace Lab.Emulation.Ec2.Bastion;

/// <summary>
/// The bastion's file system: this machine's, read-only, with folders of the lab's own where a first boot writes. Scripts run in it with
/// the bastion's network and process numbers of their own, and find only the programs that are listed here: what would install,
/// download or run containers is the lab's (<see cref="BastionTools"/>).
/// </summary>
/// <param name="path">The folder that holds what is written.</param>
public sealed class BastionRoot(string path)
{
    /// <summary>What a first boot may write to, as paths of the bastion.</summary>
    private static readonly string[] Own = ["opt", "etc", "home", "root", "run", "srv", "tmp", "var", "usr/local/bin", "usr/local/lib"];

    /// <summary>Programs of this machine that scripts find.</summary>
    private static readonly string[] Programs =
    [
        "awk", "base64", "basename", "bash", "cat", "chmod", "chown", "cmp", "cp", "cut", "date", "diff", "dirname", "echo", "env", "expr", "false", "find", "grep", "gzip", "head", "hostname", "id",
        "install", "ip", "ln", "ls", "mkdir", "mktemp", "mv", "printf", "readlink", "rm", "sed", "seq", "sh", "sleep", "sort", "stat", "tail", "tar", "tee", "test", "touch", "tr", "true", "uname", "uniq", "wc", "xargs",
    ];

    private const string Enter = """
        set -eu
        cd "$1"
        echo 1 > /proc/sys/net/ipv4/ip_nonlocal_bind
        mount --make-rprivate /
        # Before anything else: from here on nothing of this machine can be written.
        while read -r _ point _; do
          case $point in /proc* | /dev* | /sys*) ;; *) mount -o remount,bind,ro "$point" 2>/dev/null || true ;; esac
        done < /proc/self/mounts
        for folder in $LAB_OWN; do
          [ -d "/$folder" ] || continue
          mount --bind "./$folder" "/$folder"
          mount -o remount,bind,rw "/$folder"
        done
        mount -t proc proc /proc 2>/dev/null || true
        cd /
        PATH=/usr/local/bin exec "/tmp/$2"

        """;

    /// <summary>Where a path of the bastion is on this machine.</summary>
    public string On(string bastionPath) => Path.Combine(path, bastionPath.TrimStart('/'));

    /// <summary>Makes an empty one.</summary>
    /// <param name="tools">Names of the programs that the lab answers for, there from the start.</param>
    public void Create(IEnumerable<string> tools)
    {
        Delete();
        foreach (var folder in Own)
        {
            Directory.CreateDirectory(On(folder));
        }

        foreach (var file in new[] { "passwd", "group", "nsswitch.conf", "ld.so.cache", "os-release" }.Where(file => File.Exists($"/etc/{file}")))
        {
            File.Copy($"/etc/{file}", On($"etc/{file}"));
        }

        if (Directory.Exists("/etc/alternatives"))
        {
            Directory.CreateDirectory(On("etc/alternatives"));
            foreach (var link in new DirectoryInfo("/etc/alternatives").EnumerateFileSystemInfos().Where(link => link.LinkTarget is not null))
            {
                File.CreateSymbolicLink(On($"etc/alternatives/{link.Name}"), link.LinkTarget!);
            }
        }

        Directory.CreateDirectory(On("etc/systemd"));
        Directory.CreateDirectory(On("etc/sysctl.d"));
        foreach (var program in Programs.Where(program => ProgramRequirement.OnPath(program) is not null))
        {
            File.CreateSymbolicLink(On($"usr/local/bin/{program}"), ProgramRequirement.OnPath(program)!);
        }

        tools.ToList().ForEach(AddTool);
        WriteScript(Path.Combine(path, "enter"), Enter);
    }

    /// <summary>Adds a program that the lab answers for.</summary>
    public void AddTool(string name) => WriteScript(On($"usr/local/bin/{name}"), BastionTools.Program);

    /// <summary>Runs a script as cloud-init does, to its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> RunAsync(UserDataPart script, ILabFabric fabric, LabFolder folder, Journal journal, LogFile log, CancellationToken cancellationToken)
    {
        var name = $"{script.Name}.{Guid.NewGuid():N}";
        WriteScript(On($"tmp/{name}"), script.Content);
        var command = fabric.Wrap(LabHost.Bastion, "unshare", ["--mount", "--pid", "--fork", "--kill-child", "bash", Path.Combine(path, "enter"), path, name])
            .WithEnvironmentVariables(variables => variables
                .Set("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin").Set("HOME", "/root").Set("LAB_OWN", string.Join(' ', Own)).Set("LAB_RETRY_SECONDS", "1"));
        var process = LabProcess.Start($"bastion {script.Name}", command, folder, journal, log);
        try
        {
            return await process.Exited.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await process.KillAsync();
            throw;
        }
    }

    /// <summary>Removes it.</summary>
    public void Delete()
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    private static void WriteScript(string path, string content)
    {
        File.WriteAllText(path, content);
        if (OperatingSystem.IsLinux())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }
    }
}
