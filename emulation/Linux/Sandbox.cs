using CliWrap;

namespace Lab.Emulation.Linux;

/// <summary>A file or folder that a sandbox shows.</summary>
/// <param name="Source">Its path on this machine.</param>
/// <param name="Target">Its path in the sandbox.</param>
public sealed record SandboxPath(string Source, string Target)
{
    /// <summary>The same path in both.</summary>
    public static implicit operator SandboxPath(string path) => new(path, path);
}

/// <summary>
/// What a process of a lab sees and may do: the programs of this machine and what is listed here, as an unprivileged user without
/// capabilities, which it cannot get back. The rest of this machine is not there: no home, no other lab, no other user's files.
/// </summary>
/// <param name="Lab">Whose process it is.</param>
/// <param name="Role">What it is there for.</param>
public sealed record Sandbox(LabFolder Lab, ServiceRole Role)
{
    private static readonly string[] System = ["/usr/", "/bin/", "/sbin/", "/lib/", "/lib32/", "/lib64/", "/nix/store/"];

    /// <summary>The kernel's, and what changes with each start of the machine.</summary>
    private static readonly HashSet<string> Hidden = ["/proc", "/sys", "/dev", "/run", "/boot", "/lost+found"];

    private static readonly string Script = ReadScript();

    /// <summary>What else of this machine it sees, for reading; its user can read that already.</summary>
    public IReadOnlyList<SandboxPath> Shows { get; init; } = [];

    /// <summary>What of the lab it can read. It is given to the role's user.</summary>
    public IReadOnlyList<SandboxPath> Reads { get; init; } = [];

    /// <summary>What it can write. It is given to the role's user.</summary>
    public IReadOnlyList<SandboxPath> Writes { get; init; } = [];

    /// <summary>Devices that it can open.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>True for one that needs no network, and so has none.</summary>
    public bool IsOffline { get; init; }

    /// <summary>The capabilities that it has, over the network of its own: <c>net_admin</c>.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>Its environment variables, beside those that every program needs. Nothing of the lab's own environment gets in.</summary>
    public IReadOnlyDictionary<string, string?> Variables { get; init; } = new Dictionary<string, string?>();

    /// <summary>A command of a shell that runs before the program, in the same view; it puts what is to stay into the background itself.</summary>
    public string? Before { get; init; }

    /// <summary>Makes the command that runs a program in it.</summary>
    /// <param name="wrap">Makes a command of a program and its arguments: where it runs.</param>
    /// <param name="program">Absolute path of the program.</param>
    /// <param name="arguments">Its arguments.</param>
    public Command Command(Func<string, IEnumerable<string>, Command> wrap, string program, IEnumerable<string> arguments)
    {
        var stage = Path.Combine(Lab.Run, "sandbox");
        Directory.CreateDirectory(stage);
        Own();
        return wrap(
            "unshare",
            [
                "--mount",
                .. IsOffline ? Offline() : [],
                "sh",
                "-c",
                Script,
                "lab",
                stage,
                ServiceUser.Of(Lab, Role) is { } user ? $"{user}" : "-",
                GivenCapabilities,
                .. Outermost(Seen(program).Where(path => !IsSystem(path))).SelectMany(path => new[] { "ro", path.Source, path.Target }),
                .. Devices.SelectMany(device => new[] { "dev", device }),
                .. Writes.SelectMany(path => new[] { "rw", path.Source, path.Target }),
                "--",
                .. Environment,
                .. Before is null ? Array.Empty<string>() : ["sh", "-c", $"{Before} && exec \"$@\"", "lab"],
                program,
                .. arguments,
            ]
        );
    }

    /// <summary>Makes the command that runs a program as this user, with the capabilities alone: it sees what this user sees, at the paths of this machine.</summary>
    /// <param name="wrap">Makes a command of a program and its arguments: where it runs.</param>
    /// <param name="program">Absolute path of the program.</param>
    /// <param name="arguments">Its arguments.</param>
    public Command CommandWithoutView(Func<string, IEnumerable<string>, Command> wrap, string program, IEnumerable<string> arguments)
    {
        var capabilities = $"-all{GivenCapabilities}";
        return wrap("setpriv", ["--no-new-privs", $"--inh-caps={capabilities}", $"--ambient-caps={capabilities}", .. Environment, program, .. arguments]);
    }

    private string GivenCapabilities => string.Concat(Capabilities.Select(capability => $",+{capability}"));

    private IEnumerable<string> Environment =>
        [
            "env",
            "-i",
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME=/tmp",
            "LANG=C.UTF-8",
            $"{ProcessMark.Variable}={Lab.Run}",
            .. Variables.Where(variable => variable.Value is not null).Select(variable => $"{variable.Key}={variable.Value}"),
        ];

    /// <summary>Gives files to the user of the role. What is written to was given once and may be large.</summary>
    internal void Own()
    {
        foreach (var path in Reads.Concat(Writes.Where(path => !ServiceUser.Has(Lab, Role, path.Source))))
        {
            ServiceUser.Own(Lab, Role, path.Source);
        }
    }

    private static bool IsSystem(SandboxPath path) =>
        path.Source == path.Target && Array.Exists(System, folder => path.Source.StartsWith(folder, StringComparison.Ordinal));

    /// <summary>
    /// What it reads. A program that is a script around another, which alone knows where that is, sees what all users of this machine can read.
    /// A folder that holds something listed is left out then: its own mode might keep the lab's users from that.
    /// </summary>
    private IEnumerable<SandboxPath> Seen(string program)
    {
        List<SandboxPath> listed = [.. ProgramFolders(program), .. Shows, .. Reads];
        return IsScript(program)
            ? Directory
                .GetDirectories("/")
                .Where(folder =>
                    !Hidden.Contains(folder)
                    && !(Lab.HasServiceUsers && listed.Concat(Writes).Any(path => path.Source.StartsWith($"{folder}/", StringComparison.Ordinal)))
                )
                .Select(folder => (SandboxPath)folder)
                .Concat(listed)
            : listed;
    }

    private static bool IsScript(string program)
    {
        using var file = File.OpenRead(program);
        return file.ReadByte() == '#' && file.ReadByte() == '!';
    }

    /// <summary>The folder of a program, and of what it is a symbolic link to.</summary>
    private static IEnumerable<SandboxPath> ProgramFolders(string program) =>
        new[] { program, File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName ?? program }
            .Select(path => (SandboxPath)Path.GetDirectoryName(path)!)
            .Distinct();

    /// <summary>Without what is in a folder that is shown too.</summary>
    private static IEnumerable<SandboxPath> Outermost(IEnumerable<SandboxPath> paths)
    {
        var all = paths.Distinct().ToList();
        return all.Where(path =>
            !all.Exists(other =>
                other.Source == other.Target && path.Source == path.Target && path.Source.StartsWith($"{other.Source}/", StringComparison.Ordinal)
            )
        );
    }

    /// <summary>A network namespace without a device. It is not in the lab's user namespace, so who is not root makes one.</summary>
    private static IEnumerable<string> Offline() => LinuxCalls.EffectiveUser() == 0 ? ["--net"] : ["--net", "--user", "--map-root-user"];

    private static string ReadScript()
    {
        using var reader = new StreamReader(typeof(Sandbox).Assembly.GetManifestResourceStream("sandbox/enter.sh")!);
        return reader.ReadToEnd();
    }
}
