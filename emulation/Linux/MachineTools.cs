namespace Lab.Emulation.Linux;

/// <summary>What virtual machines of an architecture are made of, each an absolute path.</summary>
public sealed record MachineTools
{
    /// <summary>qemu-system-aarch64 or qemu-system-x86_64.</summary>
    public required string Qemu { get; init; }

    /// <summary>How it runs them on this machine.</summary>
    public required Acceleration Acceleration { get; init; }

    /// <summary>UEFI firmware for QEMU's board.</summary>
    public required string Firmware { get; init; }

    /// <summary>Empty UEFI variables for that firmware.</summary>
    public required string BlankVariables { get; init; }

    /// <summary>A Linux kernel image.</summary>
    public required string Kernel { get; init; }

    /// <summary>Folder of that kernel's modules: <c>…/lib/modules/VERSION</c>.</summary>
    public required string KernelModules { get; init; }

    /// <summary>The boot loader of instances' disks that hold a system.</summary>
    public required string DiskLoader { get; init; }

    /// <summary>A statically linked busybox.</summary>
    public required string Busybox { get; init; }

    /// <summary>A statically linked bash, which has what that busybox lacks: UDP.</summary>
    public required string Bash { get; init; }

    /// <summary>kexec, its libraries and what loads them; none for a lab whose nodes do not install themselves.</summary>
    public IReadOnlyList<string> Kexec { get; init; } = [];
}
