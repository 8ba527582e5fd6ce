namespace Lab.Emulation.Linux;

/// <summary>What a lab uses of the host, each an absolute path.</summary>
public sealed record HostTools
{
    /// <summary>qemu-system-aarch64.</summary>
    public required string Qemu { get; init; }

    /// <summary>UEFI firmware for QEMU's aarch64 virt machine.</summary>
    public required string Firmware { get; init; }

    /// <summary>Empty UEFI variables for that firmware.</summary>
    public required string BlankVariables { get; init; }

    /// <summary>dnsmasq.</summary>
    public required string Dnsmasq { get; init; }

    /// <summary>docker-registry (CNCF Distribution).</summary>
    public required string DockerRegistry { get; init; }

    /// <summary>iPXE for arm64 UEFI.</summary>
    public required string Ipxe { get; init; }

    /// <summary>An arm64 Linux kernel image.</summary>
    public required string Kernel { get; init; }

    /// <summary>Folder of that kernel's modules: <c>…/lib/modules/VERSION</c>.</summary>
    public required string KernelModules { get; init; }

    /// <summary>A statically linked arm64 busybox.</summary>
    public required string Busybox { get; init; }

    /// <summary>mtools, which makes the disks that instances boot from.</summary>
    public required string Mtools { get; init; }

    /// <summary>moto_server; null where none can be had.</summary>
    public string? MotoServer { get; init; }
}
