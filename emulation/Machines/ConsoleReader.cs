using System.Text.RegularExpressions;

namespace Lab.Emulation.Machines;

/// <summary>
/// Finds the stages in what a machine writes to its serial console. The firmware's lines are EDK2's, iPXE's are iPXE's, Linux's are
/// the kernel's and its EFI stub's; <c>lab-node:</c> begins the lines of the stand-in image's init, <c>[talos]</c> those of Talos.
/// </summary>
public static partial class ConsoleReader
{
    /// <summary>What a line says; null for most lines.</summary>
    /// <param name="line">A line without terminal escapes (see <see cref="Plain"/>).</param>
    /// <param name="mirrors">How many caches the node should have pulled through; null where that is not known.</param>
    public static Observation? Read(string line, int? mirrors) =>
        mirrors is not null && Caches().Match(line) is { Success: true } caches && caches.Groups["number"].Value != $"{mirrors}"
            ? new(
                BootStage.Config,
                ObservationKind.Failed,
                Observation.SerialConsole,
                $"{line}: the configuration that the node got names {caches.Groups["number"].Value} of {mirrors} mirrors"
            )
        : Reached(line) is { } stage ? new(stage, ObservationKind.Reached, Observation.SerialConsole, line)
        : NodeError().Match(line) is { Success: true } error ? new(StageOf(error.Groups["stage"].Value), Kind(error), Observation.SerialConsole, line)
        : FirmwareError().IsMatch(line) ? new(BootStage.Dhcp, ObservationKind.Failed, Observation.SerialConsole, line)
        : BootProgramError().IsMatch(line) ? new(BootStage.Script, ObservationKind.Trouble, Observation.SerialConsole, line)
        : BootProgramEnded().IsMatch(line) ? new(BootStage.Ipxe, ObservationKind.Failed, Observation.SerialConsole, line)
        : line.Contains("Kernel panic", StringComparison.Ordinal) ? new(BootStage.Userspace, ObservationKind.Failed, Observation.SerialConsole, line)
        : null;

    /// <summary>True for Linux's last line before it gives the machine to another kernel, without firmware between (kexec), as after an installation of Talos.</summary>
    public static bool StartsKernel(string line) => KernelStarts().IsMatch(line);

    /// <summary>The line without terminal escapes and trailing spaces.</summary>
    public static string Plain(string line) => Escape().Replace(line, "").TrimEnd();

    private static BootStage? Reached(string line) =>
        line switch
        {
            _ when FirmwareRuns().IsMatch(line) => BootStage.Firmware,
            _ when line.StartsWith("iPXE ", StringComparison.Ordinal) => BootStage.Ipxe,
            _ when LinuxRuns().IsMatch(line) => BootStage.Linux,
            _ when line.StartsWith("[talos]", StringComparison.Ordinal) || line.Contains("] [talos]", StringComparison.Ordinal) => BootStage.Userspace,
            _ when InitRuns().IsMatch(line) => BootStage.Userspace,
            _ when NodeStage().Match(line) is { Success: true } match => StageOf(match.Groups["stage"].Value),
            _ => null,
        };

    private static ObservationKind Kind(Match error) => error.Groups["kind"].Value == "failed" ? ObservationKind.Failed : ObservationKind.Trouble;

    private static BootStage StageOf(string id) => BootStages.Find(id)!.Value;

    /// <summary>EDK2's first words: for arm64 its name; for x86-64, where it is silent until it boots something, that it does so.</summary>
    [GeneratedRegex(@"^(UEFI firmware|>>Start PXE over IPv4\.|BdsDxe: (loading|failed to load|starting) Boot)")]
    private static partial Regex FirmwareRuns();

    /// <summary>The EFI stub's first words, for arm64 and for x86-64, or the kernel's.</summary>
    [GeneratedRegex(@"EFI stub: (Booting Linux|Loaded initrd from )|\] Linux version ")]
    private static partial Regex LinuxRuns();

    /// <summary>What Linux says when it hands over, and systemd when it begins; which of them is there, the arguments decide (<c>quiet</c>).</summary>
    [GeneratedRegex(@"^(\[ *\d+\.\d+\] )?(Run /\S+ as init process$|systemd\[1\]: systemd \S+ running in system mode( .*)?$)")]
    private static partial Regex InitRuns();

    [GeneratedRegex(@"^\[ *\d+\.\d+\] kexec(_core)?: Starting new kernel$")]
    private static partial Regex KernelStarts();

    [GeneratedRegex(@"^lab-node: stage=(?<stage>userspace|images)\b")]
    private static partial Regex NodeStage();

    [GeneratedRegex(@"^lab-node: stage=images caches=(?<number>\d+)")]
    private static partial Regex Caches();

    [GeneratedRegex(@"^lab-node: (?<kind>failed|trouble) stage=(?<stage>userspace|lease|user-data|config|images|ready)\b")]
    private static partial Regex NodeError();

    /// <summary>PXE-E18 (no answer), PXE-E16 (no offer) and their like, IPv4: after them the firmware tries its next boot option.</summary>
    [GeneratedRegex(@"\bPXE-E(07|09|12|16|18|21|22|99):")]
    private static partial Regex FirmwareError();

    /// <summary>iPXE ends an error with the page that explains it. Which download it was, the timeline knows.</summary>
    [GeneratedRegex(@"\(https?://ipxe\.org/[0-9a-f]{8}\)$")]
    private static partial Regex BootProgramError();

    /// <summary>The firmware has the say again: the network boot program did not lead to a running system.</summary>
    [GeneratedRegex(@"^BdsDxe: failed to start |^UEFI Interactive Shell")]
    private static partial Regex BootProgramEnded();

    [GeneratedRegex(@"\x1b\[[0-9;=?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")]
    private static partial Regex Escape();
}
