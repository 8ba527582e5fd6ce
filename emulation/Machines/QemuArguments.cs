using System.Security.Cryptography;
using System.Text;
using Lab.Emulation.Network;
using Lab.Model.Definition;

namespace Lab.Emulation.Machines;

/// <summary>What makes a machine an EC2 instance: it boots from a disk, and its firmware tells who it is.</summary>
/// <param name="Path">The disk's file, raw.</param>
/// <param name="Id"><c>i-…</c></param>
/// <param name="Type"><c>t4g.small</c></param>
public sealed record InstanceHardware(string Path, string Id, string Type)
{
    /// <summary>
    /// The disk is NVMe, as on Nitro. Linux finds its console where EC2 has it, on a 16550 that it calls ttyS0; both serial ports end in
    /// the same log.
    /// </summary>
    internal IEnumerable<string> Arguments =>
        [
            "-drive",
            $"if=none,id=disk0,format=raw,file={QemuOption.Escape(Path)}",
            "-device",
            $"nvme,drive=disk0,serial={Id},bootindex=1",
            "-device",
            "pci-serial,chardev=ec2-console",
            "-smbios",
            $"type=1,manufacturer=Amazon EC2,product={Type},serial={Id}",
            "-smbios",
            $"type=3,asset={Id}",
        ];
}

/// <summary>
/// The command line of a node's virtual machine: QEMU's aarch64 <c>virt</c> board with UEFI firmware that boots from its disk or, where
/// nothing is installed there, from its network card; an EC2 instance's boots from its disk only.
/// What is there to save time, and how much, is in docs/decisions/boot-time.md.
/// </summary>
internal static class QemuArguments
{
    /// <summary>The arguments.</summary>
    /// <param name="mac">The network card's address.</param>
    /// <param name="memoryMib">Memory.</param>
    /// <param name="firmware">Path of the UEFI firmware.</param>
    /// <param name="console">Path of the Unix socket that takes the serial console.</param>
    /// <param name="monitor">Path of the Unix socket that takes QEMU's monitor.</param>
    /// <param name="network">The network card's other end.</param>
    /// <param name="countInstructions">
    /// True lets the machine's clock follow the instructions that it executes (16 ns each) while it is busy. The firmware waits in a
    /// busy loop, so its waits pass faster; an idle machine's clock runs at the usual speed.
    /// </param>
    /// <param name="disk">Path of its disk, raw; null for a machine without one, and for an EC2 instance.</param>
    /// <param name="instance">Its hardware as an EC2 instance; null for a machine of a home.</param>
    public static IReadOnlyList<string> For(
        MacAddress mac,
        int memoryMib,
        string firmware,
        string console,
        string monitor,
        MachineNetwork network,
        bool countInstructions,
        string? disk = null,
        InstanceHardware? instance = null
    ) =>
        [
            "-machine",
            "virt",
            "-cpu",
            "cortex-a72",
            "-smp",
            "1",
            "-m",
            $"{memoryMib}",
            "-accel",
            countInstructions ? "tcg,thread=single" : "tcg,thread=multi",
            .. countInstructions ? ["-icount", "shift=4"] : Array.Empty<string>(),
            // What a guest that has broken out of QEMU's devices needs next: other programs, privileges, system calls of old.
            "-sandbox",
            "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
            "-nodefaults",
            "-no-user-config",
            "-display",
            "none",
            "-no-reboot",
            "-bios",
            firmware,
            // Each serial port has a connection of its own: one for both (mux=on) would have QEMU's monitor behind Ctrl-A.
            "-chardev",
            $"socket,id=console,path={QemuOption.Escape(console)}",
            .. instance is null ? [] : new[] { "-chardev", $"socket,id=ec2-console,path={QemuOption.Escape(console)}" },
            "-serial",
            "chardev:console",
            "-chardev",
            $"socket,id=monitor,path={QemuOption.Escape(monitor)}",
            "-mon",
            "chardev=monitor,mode=control",
            "-netdev",
            $"{network.Backend},id=net0",
            "-device",
            $"virtio-net-pci,netdev=net0,mac={mac}{(instance is null ? ",bootindex=2" : "")},romfile=",
            .. disk is null ? [] : Disk(disk, mac),
            "-device",
            "virtio-rng-pci",
            "-boot",
            "menu=on,splash-time=0",
            "-uuid",
            $"{Uuid(mac)}",
            .. instance?.Arguments ?? ["-smbios", $"type=1,manufacturer=Lab,product=Node,serial={mac.ToHyphens()}"],
        ];

    /// <summary>
    /// A virtio disk, before the network in the boot order as in home labs. What the guest frees is freed on the host too. The host's cache is
    /// trusted: the disk outlives QEMU, but is not to outlive the host.
    /// </summary>
    private static string[] Disk(string path, MacAddress mac) =>
        [
            "-drive",
            $"if=none,id=disk0,format=raw,cache=unsafe,discard=unmap,file={QemuOption.Escape(path)}",
            "-device",
            $"virtio-blk-pci,drive=disk0,serial={mac.ToHyphens()},bootindex=1",
        ];

    /// <summary>The same machine has the same UUID in every run: boot servers may select by it.</summary>
    private static Guid Uuid(MacAddress mac) => new(MD5.HashData(Encoding.ASCII.GetBytes($"lab machine {mac}")));
}
