using System.Security.Cryptography;
using System.Text;
using Lab.Model;
using Lab.Model.Input;

namespace Lab.Emulation.Linux;

/// <summary>
/// Where Lab keeps its files: <c>$XDG_STATE_HOME/lab</c> for what belongs to a lab, <c>$XDG_CACHE_HOME/lab</c> for what can be
/// fetched or built again. Nothing is written elsewhere.
/// </summary>
public sealed record LabFolders(string State, string Cache)
{
    /// <summary>The folders of the current user.</summary>
    public static LabFolders OfUser { get; } = new(UserFolders.State, UserFolders.Cache);

    /// <summary>The folder of one lab.</summary>
    /// <exception cref="LabException">The name cannot be a lab's.</exception>
    public LabFolder Lab(string name) => new(DefinitionRules.NameOfOption(name), Path.Combine(Readable(State), name));

    /// <summary>All labs that have a folder, running or not, by name.</summary>
    public IEnumerable<LabFolder> All() =>
        Directory.Exists(Readable(State))
            ? Directory
                .GetDirectories(State)
                .Order(StringComparer.Ordinal)
                .Select(path => new LabFolder(Path.GetFileName(path), path))
                .Where(lab => DefinitionRules.IsName(lab.Name))
            : [];

    /// <summary>No folder is no lab; a file in its place is a mistake, which would be taken for that.</summary>
    private static string Readable(string folder)
    {
        for (var part = folder; part is { Length: > 0 } && !Directory.Exists(part); part = Path.GetDirectoryName(part))
        {
            if (File.Exists(part))
            {
                throw new LabException($"{part} is a file, so nothing can be in {folder}. Set XDG_STATE_HOME to a folder of yours.");
            }
        }

        return folder;
    }
}

/// <summary>The files of one lab.</summary>
/// <param name="Name">The lab's name.</param>
/// <param name="Root">Absolute path.</param>
public sealed record LabFolder(string Name, string Root)
{
    /// <summary>Longest path that a Unix socket can have on Linux (unix(7): 108 bytes with the final zero).</summary>
    private const int LongestSocketPath = 107;

    /// <summary>
    /// The lab's name among all labs of this machine: labs of other users and of other state folders may have the same name.
    /// </summary>
    public string UniqueName => $"{Name}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Root)))[..6]}";

    /// <summary>True where the lab's processes have users of their own (<see cref="ServiceUser"/>); false in a user namespace, which has one user only.</summary>
    public bool HasServiceUsers { get; init; } = ServiceUser.AllExist;

    /// <summary>Name of the network namespace of one of the lab's hosts. A dot cannot be part of a lab's name, so no lab's namespaces are named like another's.</summary>
    public string Namespace(string host) => $"lab.{UniqueName}.{host}";

    /// <summary>True for a name that <see cref="Namespace"/> can have given.</summary>
    public bool OwnsNamespace(string name) =>
        name.StartsWith(Namespace(""), StringComparison.Ordinal)
        && name[Namespace("").Length..] is { Length: > 0 } host
        && host.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    /// <summary>What exists only while the lab runs: rendered files and sockets.</summary>
    public string Run => Path.Combine(Root, "run");

    /// <summary>Logs of the last run.</summary>
    public string Logs => Path.Combine(Root, "logs");

    /// <summary>What the registry caches hold; kept from run to run.</summary>
    public string Registries => Path.Combine(Root, "registries");

    /// <summary>Where talosctl keeps how it reaches the nodes of the lab's cluster, if there is one.</summary>
    public string TalosConfig => Path.Combine(Root, "talosconfig");

    /// <summary>Where kubectl keeps how it reaches the lab's cluster, if there is one.</summary>
    public string KubeConfig => Path.Combine(Root, "kubeconfig");

    /// <summary>The cluster's secrets and machine configurations; kept from run to run.</summary>
    public string Cluster => Path.Combine(Root, "cluster");

    /// <summary>Where the same files are for the lab's cluster in another place, which is a cluster of its own.</summary>
    /// <param name="place">The place, as a folder's name.</param>
    public LabFolder In(string place) => this with { Root = Path.Combine(Root, place) };

    /// <summary>The record of side effects.</summary>
    public string Journal => Path.Combine(Root, "journal.jsonl");

    /// <summary>Held by the process that runs the lab.</summary>
    public string Lock => UserFolders.LockFile(Root);

    /// <summary>What the boot server serves.</summary>
    public string MatchboxData => Path.Combine(Run, "matchbox");

    /// <summary>Files under the boot server's <c>/assets/</c>.</summary>
    public string Assets => Path.Combine(MatchboxData, "assets");

    /// <summary>What TFTP serves.</summary>
    public string TftpRoot => Path.Combine(Run, "tftp");

    /// <summary>resolv.conf(5) of the bastion: what a command that runs there asks for names.</summary>
    public string Resolver => Path.Combine(Run, "resolv.conf");

    /// <summary>nsswitch.conf(5) for such a command; absent where this machine has none.</summary>
    public string NameServices => Path.Combine(Run, "nsswitch.conf");

    /// <summary>Path of a machine's disk, which lives as long as the lab runs.</summary>
    public string Disk(string machine) => Path.Combine(Run, $"{machine}.disk");

    /// <summary>Path of what a machine's firmware remembers, which lives as long as the lab runs. No node's name holds a dot.</summary>
    public string FirmwareVariables(string machine) => Path.Combine(Run, $"{machine}.vars");

    /// <summary>Folder of what a machine's TPM remembers, which lives as long as the lab runs.</summary>
    public string Tpm(string machine) => Path.Combine(Run, $"{machine}.tpm");

    /// <summary>Path of a Unix socket.</summary>
    /// <exception cref="LabException">The path is longer than Linux allows.</exception>
    public string Socket(string name)
    {
        var path = Path.Combine(Run, $"{name}.sock");
        return Encoding.UTF8.GetByteCount(path) <= LongestSocketPath
            ? path
            : throw new LabException(
                $"The path of the socket {path} is longer than the {LongestSocketPath} bytes that Linux allows. Set XDG_STATE_HOME to a shorter folder."
            );
    }

    /// <summary>Path of a service's log.</summary>
    public string Log(string service) => Path.Combine(Logs, $"{service}.log");

    /// <summary>True for a lab that runs, and for one of which something may be left.</summary>
    public bool MayRun => File.Exists(Journal) || Directory.Exists(Run);

    /// <summary>True while a program runs the lab.</summary>
    public bool IsRunning() => Linux.Journal.Read(this).OfType<HostStarted>().LastOrDefault()?.Process.IsAlive == true;

    /// <summary>Refuses to go on without a program that runs the lab.</summary>
    /// <exception cref="LabException">None does, or it is another user's.</exception>
    public void RequireRunning()
    {
        try
        {
            if (IsRunning())
            {
                return;
            }
        }
        catch (UnauthorizedAccessException e)
        {
            throw new LabException($"Lab {Name} is another user's: only that user and root may use it.", inner: e);
        }

        throw new LabException($"Lab {Name} is not running. Start it with: {LabCommand.Line("up")}; list the running labs with: {LabCommand.Line("ps")}");
    }
}
