using System.Text.RegularExpressions;

namespace Lab.Emulation.Machines;

/// <summary>
/// What programs say when a boot does not go on, and what that means. Every row is something that a real program has written; what none of
/// them is has no cause here. iPXE's errors are told by the first digits of their code, which are those of the POSIX error
/// (https://github.com/ipxe/ipxe/blob/master/src/include/errno.h).
/// </summary>
internal static class CauseTable
{
    /// <summary>The key of a node's memory in the lab file.</summary>
    public const string Memory = "nodes[].memoryMib";

    private const string MoreMemory = $"Give the node more memory: {Memory}.";
    private const string RightInitramfs = "Use the initramfs that belongs to the kernel: both from one release and for one architecture.";
    private const string RightInit = $"{RightInitramfs} Where the kernel's arguments name an init (rdinit=, init=), it has to be in it.";

    /// <summary>What is said of a download, or of the boot program.</summary>
    private static readonly Row[] Downloads =
    [
        new(Ipxe("34|31"), "iPXE has no room in the machine's memory for the kernel and the initramfs.", MoreMemory) { Setting = Memory },
        new(
            Ipxe("4c"),
            "Nothing answered iPXE where the line says that it asked.",
            "Check that the service there runs, and that no packet filter drops the connection."
        ),
        new(Ipxe("0f"), "The server that iPXE asked closed the connection before all was sent.", "See that server's log for why, then power-cycle the node."),
        new(
            Ipxe("2e"),
            "iPXE was sent something that is neither a program nor a script which it can start.",
            "Name a kernel with an EFI stub for the machine's architecture, or a script that begins with #!ipxe."
        ),
        new(Ipxe("28"), "iPXE has no route to where the line says that it asked.", "Name a server of the lab's network there, or give the network a gateway."),
        new(Ipxe("02"), "The server that iPXE asked refused it (HTTP 401 or 403).", "Let that server answer without credentials: iPXE sends none."),
        new(@" -> 5\d\d, \d+ bytes", "The boot server failed in answering (HTTP 5xx).", "See the boot server's log for why."),
    ];

    /// <summary>What EDK2 says when it has its lease and not the boot program.</summary>
    private static readonly Row[] Firmware =
    [
        new(
            "PXE-E18:",
            "The TFTP server stopped answering the firmware before the network boot program was there.",
            "Power-cycle the node: a very busy machine answers late. If it happens again, see dnsmasq's log, and check that nothing between them drops UDP."
        ),
        new(
            "PXE-E22:",
            "Nothing listens for TFTP where the DHCP answer sent the firmware.",
            "Check that the TFTP server which the answer names runs: it is dnsmasq of the lab's bastion, or the one that the router names."
        ),
        new("PXE-E12:", "The machine's network card has no link.", "Check the cable and the switch's port."),
        new("PXE-E09:", "The firmware has no room in the machine's memory for the network boot program.", MoreMemory) { Setting = Memory },
    ];

    /// <summary>What Linux says on the console.</summary>
    private static readonly Row[] Linux =
    [
        new(Kernel("Initramfs unpacking failed: write error$"), "The machine has not memory enough for the initramfs once it is unpacked.", MoreMemory)
        {
            Setting = Memory,
        },
        new(
            Kernel("(Out of memory: Killed process|[^ ]+ invoked oom-killer:|Kernel panic - not syncing: (System is deadlocked on memory|Out of memory))"),
            "Linux ran out of memory.",
            MoreMemory
        )
        {
            Setting = Memory,
        },
        new(
            Kernel("Initramfs unpacking failed: "),
            "Linux cannot unpack the initramfs: it is damaged, or compressed in a way that the kernel does not know.",
            RightInitramfs
        ),
        new(
            Kernel(@"Failed to execute /\S+ \(error -8\)"),
            "The init of the initramfs is a program for another architecture than the kernel's.",
            RightInitramfs
        ),
        new(
            Kernel(@"Failed to execute /\S+ \(error -2\)"),
            "The init of the initramfs needs a program, an interpreter or a loader, that is not in it.",
            "Build the initramfs with that program in it, or with an init that is linked statically."
        ),
        new(
            Kernel("Kernel panic - not syncing: VFS: Unable to mount root fs"),
            "Linux found no init in the initramfs, and no root file system to mount instead.",
            RightInit
        ),
        new(Kernel("Kernel panic - not syncing: No working init found"), "Linux found no init that it can run.", RightInit),
        new(
            Kernel("Kernel panic - not syncing: Attempted to kill init!"),
            "The image's init has ended, which Linux does not survive.",
            "Read on the console what it wrote before."
        ),
        new(
            Kernel("Kernel panic - not syncing: "),
            "Linux has stopped with a kernel panic.",
            "Read on the console at what; if it is the kernel's own, boot another release."
        ),
        new("^EFI stub: ERROR: ", "The kernel's EFI stub could not start Linux.", "Read on the console why."),
    ];

    /// <summary>The cause that the evidence tells, and the line that does; null where none does.</summary>
    /// <param name="troubles">What went wrong at the stage.</param>
    /// <param name="console">What the machine wrote to its serial console since it was switched on.</param>
    /// <param name="source">Where that was read, if not there.</param>
    public static (Reason Reason, string Evidence)? Find(
        IEnumerable<Observation> troubles,
        IEnumerable<string> console,
        string source = Observation.SerialConsole
    ) =>
        Find(Linux, [.. console.Select(line => (line, $"{source}: {line}"))])
        ?? Find(Downloads, [.. troubles.Select(Line)])
        // Before there is a lease the same words have other causes.
        ?? Find(Firmware, [.. troubles.Where(trouble => trouble is { Stage: not BootStage.Dhcp, Source: Observation.SerialConsole }).Select(Line)]);

    private static (string Text, string Evidence) Line(Observation trouble) => (trouble.Text, $"{trouble.Source}: {trouble.Text}");

    /// <summary>Whether the boot server, or iPXE of what it was answered, says that a file is not there.</summary>
    public static bool IsMissing(string trouble) => Missing.IsMatch(trouble);

    /// <summary>Whether the boot server says that it has answered with 404.</summary>
    public static bool IsAnsweredMissing(string trouble) => AnsweredMissing.IsMatch(trouble);

    private static Regex AnsweredMissing { get; } = Expression(@" -> 404, \d+ bytes");

    private static Regex Missing { get; } = Expression(@" -> 404, \d+ bytes|\(https?://ipxe\.org/2d[0-9a-f]{6}\)$");

    private static (Reason Reason, string Evidence)? Find(Row[] rows, IReadOnlyList<(string Text, string Evidence)> lines)
    {
        foreach (var row in rows)
        {
            if (lines.FirstOrDefault(line => row.Said.IsMatch(line.Text)) is { Evidence: { } evidence })
            {
                return (new Reason(row.Cause, row.Remedy) { Setting = row.Setting }, evidence);
            }
        }

        return null;
    }

    /// <summary>An error of iPXE's.</summary>
    /// <param name="codes">The first two digits of its code, alternatives.</param>
    private static string Ipxe(string codes) => $@"\(https?://ipxe\.org/({codes})[0-9a-f]{{6}}\)$";

    /// <summary>A line of the kernel, with its time.</summary>
    private static string Kernel(string text) => $@"^(\[ *\d+\.\d+\] )?{text}";

    /// <summary>Guests choose what is in the lines: each takes linear time.</summary>
    private static Regex Expression(string said) => new(said, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private sealed record Row(string Expression, string Cause, string Remedy)
    {
        public string? Setting { get; init; }

        public Regex Said { get; } = CauseTable.Expression(Expression);
    }
}
