using System.Runtime.InteropServices;
using Architecture = Lab.Model.Definition.Architecture;

namespace Lab.Emulation.Linux;

/// <summary>Whether the kernel's virtual machines can be used.</summary>
public enum KvmState
{
    /// <summary>There is no <c>/dev/kvm</c>.</summary>
    Absent,

    /// <summary>There is one, and the user may not open it.</summary>
    Denied,

    /// <summary>It can be opened.</summary>
    Usable,
}

/// <summary>What a host runs in, where that decides how KVM is had.</summary>
public enum HostPlace
{
    /// <summary>A machine, or a virtual one that tells nothing of itself.</summary>
    Machine,

    /// <summary>Windows Subsystem for Linux.</summary>
    Wsl,

    /// <summary>Lima on a Mac.</summary>
    Lima,

    /// <summary>A container.</summary>
    Container,

    /// <summary>A runner of GitHub Actions.</summary>
    GitHubRunner,
}

/// <summary>What of a host decides how machines run on it.</summary>
/// <param name="Architecture">Of its processor.</param>
/// <param name="Kvm">Whether KVM can be used.</param>
public sealed record HostFacts(Architecture Architecture, KvmState Kvm)
{
    /// <summary>The environment variable that forbids all but software with the value <c>tcg</c>.</summary>
    public const string Variable = "LAB_ACCELERATION";

    /// <summary>The kernel's virtual machines.</summary>
    internal const string KvmDevice = "/dev/kvm";

    /// <summary>True for macOS.</summary>
    public bool IsMac { get; init; }

    /// <summary>
    /// True where the processor tells of virtualization. On x86 a <c>/dev/kvm</c> without it is one of a cloud's virtual machines that emulates
    /// what it cannot run, and fails in the firmware.
    /// </summary>
    public bool HasVirtualization { get; init; } = true;

    /// <summary>What it runs in.</summary>
    public HostPlace Place { get; init; }

    /// <summary>True where the user forbids it.</summary>
    public bool IsForbidden { get; init; }

    /// <summary>The facts of this machine.</summary>
    public static HostFacts Read()
    {
        var architecture = RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? Architecture.Arm64 : Architecture.Amd64;
        return new(architecture, ReadKvm())
        {
            IsMac = OperatingSystem.IsMacOS(),
            HasVirtualization = architecture == Architecture.Arm64 || TellsVirtualization(ReadLines("/proc/cpuinfo")),
            Place = ReadPlace(),
            IsForbidden = Environment.GetEnvironmentVariable(Variable) == "tcg",
        };
    }

    /// <summary>Intel's or AMD's, among the flags of the first processor (proc_cpuinfo(5)).</summary>
    internal static bool TellsVirtualization(IEnumerable<string> processors) =>
        processors.FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal)) is { } flags
        && flags.Split(' ').Any(flag => flag is "vmx" or "svm");

    private static KvmState ReadKvm()
    {
        if (!File.Exists(KvmDevice))
        {
            return KvmState.Absent;
        }

        try
        {
            using var device = File.OpenHandle(KvmDevice, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return KvmState.Usable;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return KvmState.Denied;
        }
    }

    private static HostPlace ReadPlace() =>
        Environment.GetEnvironmentVariable("GITHUB_ACTIONS") == "true" ? HostPlace.GitHubRunner
        : File.Exists("/.dockerenv") || File.Exists("/run/.containerenv") ? HostPlace.Container
        : ReadLines("/proc/sys/kernel/osrelease").Any(line => line.Contains("microsoft", StringComparison.OrdinalIgnoreCase)) ? HostPlace.Wsl
        : Directory.Exists("/mnt/lima-cidata") ? HostPlace.Lima
        : HostPlace.Machine;

    private static string[] ReadLines(string path) => File.Exists(path) ? File.ReadAllLines(path) : [];
}
