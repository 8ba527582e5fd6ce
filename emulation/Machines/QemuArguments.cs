using System.Security.Cryptography;
using System.Text;
using Lab.Emulation.Linux;
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
/// The command line of a node's virtual machine: QEMU's <c>virt</c> board for arm64, <c>q35</c> for amd64, with UEFI firmware that boots from its disk or, where
/// nothing is installed there, from its network card; an EC2 instance's boots from its disk only.
/// What is there to save time, and how much, is in docs/decisions/boot-time.md.
/// </summary>
internal static class QemuArguments
{
    /// <summary>The arguments.</summary>
    /// <param name="hardware">What it is made of; its memory is known.</param>
    /// <param name="firmware">Path of the UEFI firmware.</param>
    /// <param name="acceleration">What executes its instructions.</param>
    /// <param name="console">Path of the Unix socket that takes the serial console.</param>
    /// <param name="monitor">Path of the Unix socket that takes QEMU's monitor.</param>
    /// <param name="countInstructions">
    /// True lets the machine's clock follow the instructions that it executes while it is busy. The firmware waits in a
    /// busy loop, so its waits pass faster; an idle machine's clock runs at the usual speed. QEMU then runs all processors in one thread,
    /// so a machine with several has the usual clock.
    /// </param>
    public static IReadOnlyList<string> For(
        MachineHardware hardware,
        string firmware,
        Acceleration acceleration,
        string console,
        string monitor,
        bool countInstructions
    )
    {
        var (mac, instance) = (hardware.Macs[hardware.BootCard], hardware.Instance);
        var counts = countInstructions && hardware.Cpus == 1 && acceleration.Accelerator == Accelerator.Tcg;
        return
        [
            "-machine",
            Board(hardware.Architecture, acceleration),
            "-cpu",
            acceleration.Cpu,
            "-smp",
            $"{hardware.Cpus}",
            "-m",
            $"{hardware.MemoryMib}",
            "-accel",
            acceleration.Accelerator != Accelerator.Tcg ? acceleration.Id
            : counts || !acceleration.HasThreads ? "tcg,thread=single"
            : "tcg,thread=multi",
            .. counts ? ["-icount", $"shift={ClockShift(hardware.Architecture)}"] : Array.Empty<string>(),
            // What a guest that has broken out of QEMU's devices needs next: other programs, privileges, system calls of old.
            "-sandbox",
            "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
            "-nodefaults",
            "-no-user-config",
            "-display",
            "none",
            "-no-reboot",
            .. Firmware(hardware.Architecture, firmware),
            // The second flash chip of the board. The firmware does not need it in a file; what it writes there is then gone with QEMU.
            .. hardware.Variables is { } variables ? ["-drive", $"if=pflash,unit=1,format=raw,file={QemuOption.Escape(variables)}"] : Array.Empty<string>(),
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
            .. hardware.Networks.SelectMany((network, index) => Card(network, index, hardware.Macs[index], index == hardware.BootCard && instance is null)),
            .. hardware.Disks.SelectMany((disk, index) => Disk(disk, index, mac)),
            .. hardware.Tpm is null ? [] : Tpm(hardware.Architecture),
            "-device",
            "virtio-rng-pci",
            "-boot",
            "menu=on,splash-time=0",
            "-uuid",
            $"{Uuid(mac)}",
            .. instance?.Arguments ?? ["-smbios", $"type=1,manufacturer=Lab,product=Node,serial={mac.ToHyphens()}"],
        ];
    }

    /// <summary>
    /// An instruction takes 2^shift nanoseconds of the machine's clock. A PC's firmware waits 1.5 s for a TPM that it may have, reading a
    /// timer by an instruction that is slow to emulate: its clock would be slower than the host's there.
    /// </summary>
    internal static int ClockShift(Architecture architecture) => architecture == Architecture.Amd64 ? 5 : 4;

    /// <summary>Where the host's processor runs an arm64 board, its interrupt controller is the host's: not every host has that of the board.</summary>
    private static string Board(Architecture architecture, Acceleration acceleration) =>
        architecture == Architecture.Amd64 ? "q35"
        : acceleration.Accelerator == Accelerator.Tcg ? "virt"
        : "virt,gic-version=max";

    /// <summary>The first flash chip. That of the arm64 board is 64 MiB, and only what is used of it takes memory when it is given so.</summary>
    private static string[] Firmware(Architecture architecture, string path) =>
        architecture == Architecture.Amd64 ? ["-drive", $"if=pflash,unit=0,format=raw,readonly=on,file={QemuOption.Escape(path)}"] : ["-bios", path];

    /// <summary>A TPM 2.0: the chip is a program of its own, see <see cref="Machines.Tpm"/>.</summary>
    private static string[] Tpm(Architecture architecture) =>
        [
            "-chardev",
            $"socket,id=tpm,path={Machines.Tpm.Socket}",
            "-tpmdev",
            "emulator,id=tpm0,chardev=tpm",
            "-device",
            architecture == Architecture.Amd64 ? "tpm-tis,tpmdev=tpm0" : "tpm-tis-device,tpmdev=tpm0",
        ];

    /// <summary>A network card; the firmware boots from one of a home only.</summary>
    private static string[] Card(MachineNetwork network, int index, MacAddress mac, bool boots) =>
        [
            "-netdev",
            $"{network.Backend},id=net{index}",
            "-device",
            $"virtio-net-pci,netdev=net{index},mac={mac}{(boots ? ",bootindex=2" : "")}{(network.Mtu is { } mtu ? $",host_mtu={mtu}" : "")},romfile=",
        ];

    /// <summary>
    /// A disk, the first one before the network in the boot order as in home labs. What the guest frees is freed on the host too. The host's
    /// cache is trusted: the disk outlives QEMU, but is not to outlive the host.
    /// </summary>
    private static IEnumerable<string> Disk(NodeDisk disk, int index, MacAddress mac)
    {
        var properties = $"drive=disk{index},serial={mac.ToHyphens()}{(index == 0 ? ",bootindex=1" : $"-{index + 1}")}";
        string[] devices = disk.Bus switch
        {
            DiskBus.Virtio => [$"virtio-blk-pci,{properties}"],
            DiskBus.Nvme => [$"nvme,{properties}"],
            DiskBus.Scsi => [$"virtio-scsi-pci,id=scsi{index}", $"scsi-hd,bus=scsi{index}.0,{properties}"],
            DiskBus.Ahci => [$"ich9-ahci,id=ahci{index}", $"ide-hd,bus=ahci{index}.0,{properties}"],
            _ => throw new ArgumentOutOfRangeException(nameof(disk)),
        };
        return
        [
            "-drive",
            $"if=none,id=disk{index},format=raw,cache=unsafe,discard=unmap,file={QemuOption.Escape(disk.Path)}",
            .. devices.SelectMany(device => new[] { "-device", device }),
        ];
    }

    /// <summary>The same machine has the same UUID in every run: boot servers may select by it.</summary>
    private static Guid Uuid(MacAddress mac) => new(MD5.HashData(Encoding.ASCII.GetBytes($"lab machine {mac}")));
}
