using Lab.Emulation.Linux;
using Lab.Emulation.Network;
using Lab.Emulation.Network.Isolation;

namespace Lab.Emulation.Aws.Bastion;

/// <summary>
/// The bastion's file system: this machine's programs, and folders of the lab's own where a first boot writes. Scripts run in it as root of
/// a user namespace, with the bastion's network and process numbers of their own: outside they are an unprivileged user. They find only the
/// programs that are listed here: what would install, download, change the network or run containers is the lab's (<see cref="BastionTools"/>).
/// </summary>
/// <param name="path">The folder that holds what is written.</param>
/// <param name="folder">The lab's files.</param>
internal sealed class BastionRoot(string path, LabFolder folder)
{
    /// <summary>Programs of this machine that scripts find.</summary>
    private static readonly string[] Programs =
    [
        "awk",
        "base64",
        "basename",
        "bash",
        "cat",
        "chmod",
        "chown",
        "cmp",
        "cp",
        "cut",
        "date",
        "diff",
        "dirname",
        "echo",
        "env",
        "expr",
        "false",
        "find",
        "grep",
        "gzip",
        "head",
        "hostname",
        "id",
        "install",
        "ln",
        "ls",
        "mkdir",
        "mktemp",
        "mv",
        "printf",
        "readlink",
        "rm",
        "sed",
        "seq",
        "sh",
        "sleep",
        "sort",
        "stat",
        "tail",
        "tar",
        "tee",
        "test",
        "touch",
        "tr",
        "true",
        "uname",
        "uniq",
        "wc",
        "xargs",
    ];

    /// <summary>
    /// As root of a user namespace, with process numbers of its own. Where /proc cannot be mounted anew, as in some containers, that of this
    /// machine stays, where the script is nobody.
    /// </summary>
    private static readonly string[] Enter =
    [
        "--user",
        "--map-root-user",
        "--mount",
        "--pid",
        "--fork",
        "--kill-child",
        "sh",
        "-c",
        "mount -t proc proc /proc 2>/dev/null; cd /; PATH=/usr/local/bin exec \"$0\"",
    ];

    /// <summary>What a first boot may write to, as paths of the bastion.</summary>
    private static string[] Own { get; } =
    [
        .. new[] { "/opt", "/etc", "/home", "/root", "/run", "/srv", "/tmp", "/var", "/usr/local/bin", "/usr/local/lib" }.Where(own =>
            !own.StartsWith("/usr", StringComparison.Ordinal) || Directory.Exists(own)
        ),
    ];

    private IReadOnlyList<SandboxPath> Folders => [.. Own.Select(own => new SandboxPath(On(own), own))];

    /// <summary>Its files, whatever links the scripts have put there.</summary>
    internal RootedFiles Files { get; } = new(path, ServiceUser.Of(folder, ServiceRole.Bastion));

    /// <summary>The folders that hold paths of the bastion: a link in one to another leads nowhere.</summary>
    public IEnumerable<SandboxPath> FoldersOf(IEnumerable<string> paths) =>
        Folders.Where(own => paths.Any(path => path.StartsWith($"{own.Target}/", StringComparison.Ordinal)));

    /// <summary>Makes an empty one.</summary>
    /// <param name="tools">Names of the programs that the lab answers for, there from the start.</param>
    public void Create(IEnumerable<string> tools)
    {
        Delete();
        foreach (var own in Own)
        {
            Directory.CreateDirectory(On(own));
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
        foreach (var own in Own)
        {
            ServiceUser.Own(folder, ServiceRole.Bastion, On(own));
        }
    }

    /// <summary>Adds a program that the lab answers for.</summary>
    public void AddTool(string name) => Files.WriteAllText($"/usr/local/bin/{name}", BastionTools.Program, isProgram: true);

    /// <summary>Runs a script as cloud-init does, to its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> RunAsync(UserDataPart script, ILabFabric fabric, Journal journal, LogFile log, CancellationToken cancellationToken)
    {
        var name = $"/tmp/{script.Name}.{Guid.NewGuid():N}";
        Files.WriteAllText(name, script.Content, isProgram: true);
        var sandbox = new Sandbox(folder, ServiceRole.Bastion)
        {
            Writes = Folders,
            // To make the user namespace, in which it has none of this any more: some systems let only root make one, and only who may set file
            // capabilities may make root of one that is root of another (user_namespaces(7)).
            Capabilities = ["sys_admin", "setfcap"],
            Variables = new Dictionary<string, string?> { ["HOME"] = "/root", ["LAB_RETRY_SECONDS"] = "1" },
        };
        var process = LabProcess.Start(
            $"bastion {script.Name}",
            fabric.Confine(LabHost.Bastion, sandbox, ProgramRequirement.OnPath("unshare")!, [.. Enter, name]),
            folder,
            journal,
            log
        );
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

    /// <summary>Where a path of the bastion is on this machine, before anybody else writes there.</summary>
    private string On(string bastionPath) => Path.Combine(path, bastionPath.TrimStart('/'));
}
