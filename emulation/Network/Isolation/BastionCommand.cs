using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using CliWrap;
using Lab.Emulation.Linux;
using Lab.Model;

namespace Lab.Emulation.Network.Isolation;

/// <summary>
/// A program of this machine, run on the bastion of a lab that another process runs: it sees the files of this machine, the network of the
/// lab, and the lab's name servers. It is its user's, not the lab's: the lab does not end it, but takes the network away from it.
/// </summary>
public static class BastionCommand
{
    /// <summary>Exit code for a program that is not there, as a shell gives it.</summary>
    public const int NotFound = 127;

    /// <summary>Exit code for a file that is not a program, as a shell gives it.</summary>
    public const int NotExecutable = 126;

    /// <summary>
    /// Replaces the files by which names are resolved, for this process only, and becomes the program. It comes in a mount namespace of its
    /// own, in which mounts of others end when they end there: else it would keep the lab's namespaces alive.
    /// </summary>
    private const string Script = """
        mount --bind "$1" /etc/resolv.conf || exit 125
        [ ! -e "$2" ] || mount --bind "$2" /etc/nsswitch.conf || exit 125
        shift 2
        exec "$@"
        """;

    private static readonly string[] Proxies = ["http_proxy", "https_proxy", "ftp_proxy", "all_proxy"];

    /// <summary>Becomes the program.</summary>
    /// <param name="lab">The lab, which runs.</param>
    /// <param name="command">Name or path of the program, and its arguments.</param>
    /// <param name="environment">What it is told beside the environment of this program, of which it gets all but proxies: those are not there.</param>
    /// <exception cref="LabException">The lab does not run, or the program cannot be run (<see cref="NotFound"/>, <see cref="NotExecutable"/>).</exception>
    [DoesNotReturn]
    public static void Become(LabFolder lab, IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment)
    {
        if (Served(lab) is { } served)
        {
            throw new LabException($"Lab {lab.Name} serves {served.Name} of this machine and has no network of its own: run the command as it is.");
        }

        var (program, arguments) = Line(lab, command);
        ThisProcess.Become(program, arguments, Variables(environment));
    }

    /// <summary>The program as a child of this one. A lab that serves a real network has this machine's: there it runs as it is.</summary>
    /// <param name="lab">The lab, which runs.</param>
    /// <param name="command">Name or path of the program, and its arguments.</param>
    /// <exception cref="LabException">The lab does not run, or the program cannot be run.</exception>
    public static Command Wrap(LabFolder lab, IReadOnlyList<string> command)
    {
        if (Served(lab) is not null)
        {
            return Cli.Wrap(Find(command[0])).WithArguments(command.Skip(1));
        }

        var (program, arguments) = Line(lab, command);
        return Cli.Wrap(program).WithArguments(arguments).WithEnvironmentVariables(Variables(new Dictionary<string, string>()));
    }

    private static (string Program, IReadOnlyList<string> Arguments) Line(LabFolder lab, IReadOnlyList<string> command)
    {
        var network = Network(lab);
        var program = Find(command[0]);
        if (!File.Exists("/etc/resolv.conf"))
        {
            throw new LabException(
                "This machine has no /etc/resolv.conf, in whose place the command would find the lab's. An empty file is enough: touch /etc/resolv.conf"
            );
        }

        return (
            ProgramRequirement.OnPath("nsenter") ?? throw new LabException("This machine lacks nsenter, which is part of util-linux."),
            [
                .. network,
                "--",
                "unshare",
                "--mount",
                "--propagation",
                "slave",
                "--",
                "sh",
                "-c",
                Script,
                "lab",
                lab.Resolver,
                lab.NameServices,
                program,
                .. command.Skip(1),
            ]
        );
    }

    private static Dictionary<string, string?> Variables(IReadOnlyDictionary<string, string> environment)
    {
        var all = environment.ToDictionary(variable => variable.Key, variable => (string?)variable.Value);
        foreach (var proxy in Proxies)
        {
            (all[proxy], all[proxy.ToUpperInvariant()]) = (null, null);
        }

        return all;
    }

    /// <summary>The network of this machine that a lab serves; null for one with a network of its own.</summary>
    private static InterfaceServed? Served(LabFolder lab)
    {
        lab.RequireRunning();
        return Journal.Read(lab).OfType<InterfaceServed>().FirstOrDefault();
    }

    /// <summary>What nsenter is told to enter the bastion's network.</summary>
    private static IReadOnlyList<string> Network(LabFolder lab)
    {
        var name = lab.Namespace(LabHost.Bastion.Name);
        if (Journal.Read(lab).OfType<NamespaceMade>().Any(made => made.Name == name))
        {
            return [$"--net={Existing(lab, CleanUp.NamespacePath(name))}"];
        }

        var holder = Holder(lab);
        return
        [
            $"--user=/proc/{holder}/ns/user",
            // Root becomes the lab's user there; nobody else may change who they are.
            .. LinuxCalls.EffectiveUser() == 0 ? Array.Empty<string>() : ["--preserve-credentials"],
            $"--net={Existing(lab, $"/proc/{holder}/root{CleanUp.NamespacePath(LabHost.Bastion.Name)}")}",
        ];
    }

    /// <summary>The process that holds the lab's user namespace: the one that listens on the socket for what is wanted from there.</summary>
    private static int Holder(LabFolder lab)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(lab.Socket(UserNamespaces.SocketName)));
        }
        catch (SocketException e)
        {
            throw NoNetwork(lab, e);
        }

        return PeerUser.ProcessOfUnix(socket) ?? throw NoNetwork(lab);
    }

    private static string Existing(LabFolder lab, string path) => File.Exists(path) ? path : throw NoNetwork(lab);

    private static LabException NoNetwork(LabFolder lab, Exception? cause = null) =>
        new($"Lab {lab.Name} has no network at this moment: it is starting or ending. See: {LabCommand.Line("ps")}", inner: cause);

    /// <summary>Absolute path of a program: beside those on PATH, those in the system's folders are found.</summary>
    private static string Find(string program)
    {
        var path = program.Contains('/', StringComparison.Ordinal) ? Path.GetFullPath(program) : ProgramRequirement.OnPath(program);
        if (path is null || !Path.Exists(path))
        {
            throw new LabException($"There is no program '{program}' on this machine.", NotFound);
        }

        const UnixFileMode executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return OperatingSystem.IsLinux() && File.Exists(path) && (File.GetUnixFileMode(path) & executable) != 0
            ? path
            : throw new LabException($"{path} cannot be run: it is not a program.", NotExecutable);
    }
}
