namespace Lab.Emulation.Machines;

/// <summary>The stages of a network boot, in the order in which a node passes them.</summary>
public enum BootStage
{
    /// <summary>UEFI firmware runs (serial console).</summary>
    Firmware,

    /// <summary>The firmware has its lease (dnsmasq).</summary>
    Dhcp,

    /// <summary>The network boot program was sent (dnsmasq).</summary>
    Tftp,

    /// <summary>iPXE runs (serial console).</summary>
    Ipxe,

    /// <summary>The node's boot script was sent (boot server).</summary>
    Script,

    /// <summary>The kernel was sent (boot server).</summary>
    Kernel,

    /// <summary>The initramfs was sent (boot server).</summary>
    Initrd,

    /// <summary>Linux runs (serial console).</summary>
    Linux,

    /// <summary>The image's init runs (serial console).</summary>
    Userspace,

    /// <summary>Linux has its lease (dnsmasq).</summary>
    Lease,

    /// <summary>The machine configuration was sent (boot server).</summary>
    Config,

    /// <summary>A manifest was pulled through every cache (serial console).</summary>
    Images,

    /// <summary>tcp 50000 answers (a connection from the bastion).</summary>
    Ready,
}

/// <summary>Text forms of the stages.</summary>
public static class BootStages
{
    /// <summary>All stages in order.</summary>
    public static IReadOnlyList<BootStage> All { get; } = Enum.GetValues<BootStage>();

    /// <summary>The name in output: lower case.</summary>
    public static string Id(this BootStage stage) => stage.ToString().ToLowerInvariant();
}
