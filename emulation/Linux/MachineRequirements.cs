using Lab.Model.Definition;

namespace Lab.Emulation.Linux;

/// <summary>What virtual machines of an architecture need of the host.</summary>
/// <param name="Qemu">Runs them.</param>
/// <param name="Firmware">Their UEFI.</param>
/// <param name="Variables">Where the firmware's package has empty variables.</param>
/// <param name="Kernel">Linux of the stand-in image.</param>
/// <param name="Busybox">User space of the stand-in image.</param>
/// <param name="Bash">Opens the stand-in's UDP sockets.</param>
/// <param name="DiskLoader">Starts what is on an instance's disk.</param>
internal sealed record MachineRequirements(
    ProgramRequirement Qemu,
    PackageRequirement Firmware,
    string Variables,
    PackageRequirement Kernel,
    PackageRequirement Busybox,
    PackageRequirement Bash,
    PackageRequirement DiskLoader
)
{
    /// <summary>Those of an architecture.</summary>
    /// <param name="architecture">The architecture.</param>
    /// <param name="release">The Debian release of firmware, kernel and busybox.</param>
    /// <param name="cache">The lab's cache folder.</param>
    /// <param name="install">True where they install themselves.</param>
    public static MachineRequirements Of(Architecture architecture, string release, string cache, bool install) =>
        (architecture == Architecture.Amd64 ? Amd64(release, cache) : Arm64(release, cache)) with
        {
            Kexec = install ? KexecPackages.Of(architecture, release, cache) : [],
        };

    /// <summary>kexec with its libraries.</summary>
    public IReadOnlyList<PackageRequirement> Kexec { get; private init; } = [];

    /// <summary>Paths of what was provided.</summary>
    /// <param name="path">Finds what is there.</param>
    /// <param name="acceleration">How they run.</param>
    public MachineTools Tools(Func<Requirement, string> path, Acceleration acceleration)
    {
        var kernel = path(Kernel);
        return new()
        {
            Qemu = path(Qemu),
            Acceleration = acceleration,
            Firmware = path(Firmware),
            BlankVariables = Path.Combine(Firmware.Folder, Variables),
            Kernel = kernel,
            KernelModules = Path.Combine(Kernel.Folder, "lib/modules", Path.GetFileName(kernel)["vmlinuz-".Length..]),
            Busybox = path(Busybox),
            Bash = path(Bash),
            Kexec = KexecPackages.WithLoader([.. Kexec.Select(path)]),
            DiskLoader = path(DiskLoader),
        };
    }

    // Not the host's firmware: that of Debian 13 offers no network boot beside a random number generator.
    private static MachineRequirements Arm64(string release, string cache) =>
        new(
            new("qemu", "runs the nodes", "qemu-system-arm", "qemu-system-aarch64", "--version"),
            new("firmware", "UEFI of the nodes", release, "qemu-efi-aarch64:arm64", ("usr/share/qemu-efi-aarch64", "QEMU_EFI.fd"), cache),
            "usr/share/AAVMF/AAVMF_VARS.fd",
            new("kernel", "arm64 Linux of the stand-in image", release, "linux-image-cloud-arm64", ("boot", "vmlinuz-*"), cache) { IsMeta = true },
            new("busybox", "user space of the stand-in image", release, "busybox-static:arm64", ("bin", "busybox"), cache),
            new("bash", "asks the time for the stand-in image", release, "bash-static:arm64", ("bin", "bash-static"), cache),
            Loader("systemd-boot", Architecture.Arm64, "systemd-bootaa64.efi", release, cache)
        );

    private static MachineRequirements Amd64(string release, string cache) =>
        new(
            new("qemu-amd64", "runs the amd64 nodes", "qemu-system-x86", "qemu-system-x86_64", "--version"),
            new("firmware-amd64", "UEFI of the amd64 nodes", release, "ovmf:arm64", ("usr/share/OVMF", "OVMF_CODE_4M.fd"), cache),
            "usr/share/OVMF/OVMF_VARS_4M.fd",
            new("kernel-amd64", "amd64 Linux of the stand-in image", release, "linux-image-cloud-amd64:amd64", ("boot", "vmlinuz-*"), cache) { IsMeta = true },
            new("busybox-amd64", "user space of the amd64 stand-in image", release, "busybox-static:amd64", ("bin", "busybox"), cache),
            new("bash-amd64", "asks the time for the amd64 stand-in image", release, "bash-static:amd64", ("bin", "bash-static"), cache),
            Loader("systemd-boot-amd64", Architecture.Amd64, "systemd-bootx64.efi", release, cache)
        );

    private static PackageRequirement Loader(string name, Architecture architecture, string file, string release, string cache) =>
        new(
            name,
            "boot loader of instances that start Talos's own image",
            release,
            $"systemd-boot-efi:{architecture.Id()}",
            ("usr/lib/systemd/boot/efi", file),
            cache
        );
}
