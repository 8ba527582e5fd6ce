namespace Lab.Emulation.Linux;

/// <summary>What a process of a lab is there for; each role has a user of its own.</summary>
public enum ServiceRole
{
    /// <summary>DHCP, TFTP and DNS.</summary>
    Network,

    /// <summary>The boot server.</summary>
    BootServer,

    /// <summary>The registry caches.</summary>
    Caches,

    /// <summary>The AWS emulator.</summary>
    Emulator,

    /// <summary>QEMU.</summary>
    Machines,

    /// <summary>User data of the rehearsed bastion, and what it starts.</summary>
    Bastion,
}
