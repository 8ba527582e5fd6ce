using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Tests.Programs;

/// <summary>Its boards: QEMU machines that the test switches on.</summary>
internal sealed partial class RealLan
{
    private int _boards;

    /// <summary>
    /// Makes what a machine has on its disk after an installation: an EFI program that starts a kernel from there. It is iPXE with a script
    /// of its own, which says so on the screen. It starts nothing before a network card is open.
    /// </summary>
    /// <param name="tools">Has iPXE.</param>
    /// <param name="assets">Folder with <c>vmlinuz</c> and <c>initramfs</c>.</param>
    /// <returns>The folder, which QEMU shows as a disk with a FAT file system.</returns>
    public string Install(HostTools tools, string assets)
    {
        var arguments = string.Join(' ', BootImage.StandIn.Arguments);
        var root = Path.GetDirectoryName(
            _files.File(
                "disk/autoexec.ipxe",
                $"#!ipxe\necho Started from the disk\nifopen\nkernel vmlinuz initrd=initramfs {arguments}\ninitrd initramfs\nboot\n"
            )
        )!;
        Directory.CreateDirectory(Path.Combine(root, "EFI/BOOT"));
        File.Copy(tools.Ipxe, Path.Combine(root, "EFI/BOOT/BOOTAA64.EFI"));
        foreach (var file in new[] { "vmlinuz", "initramfs" })
        {
            File.Copy(Path.Combine(assets, file), Path.Combine(root, file));
        }

        return root;
    }

    /// <summary>Plugs a board in and switches it on: UEFI that boots from the network.</summary>
    /// <param name="tools">QEMU and firmware.</param>
    /// <param name="mac">Of the network card that is plugged in.</param>
    /// <param name="hasOtherCard">True for a board whose first network card is another one, which leads nowhere.</param>
    /// <param name="architecture">amd64 for a PC.</param>
    /// <param name="disk">What its disk holds, second in its boot order; null for a board without one.</param>
    /// <param name="overHttp">True for a board whose firmware boots over HTTP, with PXE switched off.</param>
    public async Task<Board> SwitchOnAsync(
        HostTools tools,
        string mac,
        bool hasOtherCard = false,
        Architecture architecture = Architecture.Arm64,
        string? disk = null,
        bool overHttp = false
    )
    {
        var (tap, other) = ($"tap{_boards}", $"nowhere{_boards++}");
        await IpAsync($"-n {Switch} tuntap add {tap} mode tap");
        await IpAsync($"-n {Switch} link set {tap} master br0 up");
        if (hasOtherCard)
        {
            await IpAsync($"-n {Switch} tuntap add {other} mode tap");
            await IpAsync($"-n {Switch} link set {other} up");
        }

        string[] firstCard =
        [
            "-netdev",
            $"tap,ifname={other},script=no,downscript=no,id=first",
            "-device",
            "virtio-net-pci,netdev=first,mac=52:54:00:99:99:99,romfile=",
        ];
        var machine = tools.Of(architecture);
        string[] board =
            architecture == Architecture.Amd64
                ?
                [
                    .. "-machine q35 -cpu Nehalem -drive".Split(' '),
                    $"if=pflash,unit=0,format=raw,readonly=on,file={machine.Firmware}",
                    "-drive",
                    $"if=pflash,unit=1,format=raw,snapshot=on,file={machine.BlankVariables}",
                ]
                : [.. "-machine virt -cpu cortex-a72 -bios".Split(' '), machine.Firmware];
        string[] arguments =
        [
            .. board,
            .. $"-smp 1 -m 512 -accel tcg,thread=single -icount shift={QemuArguments.ClockShift(architecture)}".Split(' '),
            .. "-nodefaults -no-user-config -display none -no-reboot -serial stdio -boot menu=on,splash-time=0".Split(' '),
            .. hasOtherCard ? firstCard : [],
            "-netdev",
            $"tap,ifname={tap},script=no,downscript=no,id=card",
            "-device",
            $"virtio-net-pci,netdev=card,mac={mac},bootindex=1,romfile=",
            "-device",
            "virtio-rng-pci",
            // Switches of EDK2, which has HTTP boot after PXE.
            .. overHttp ? "-fw_cfg name=opt/org.tianocore/IPv4PXESupport,string=no -fw_cfg name=opt/org.tianocore/IPv6PXESupport,string=no".Split(' ') : [],
            .. disk is null
                ? Array.Empty<string>()
                : ["-drive", $"if=none,id=disk,format=raw,readonly=on,file=fat:{disk}", "-device", "virtio-blk-pci,drive=disk,bootindex=2"],
        ];
        return new Board(In(Switch, machine.Qemu, arguments));
    }

    /// <summary>
    /// Switches a PC on that has a BIOS (SeaBIOS) and boots from the network first. Its card has iPXE as its ROM; with a ROM that says that it
    /// is another one it loads what Lab has for a BIOS.
    /// </summary>
    /// <param name="tools">QEMU.</param>
    /// <param name="mac">Of its network card.</param>
    /// <param name="hasOtherRom">True for a ROM that does not say that it is iPXE.</param>
    /// <param name="hasDisk">True for a disk that says on the screen that it was started.</param>
    public async Task<Board> SwitchOnBiosAsync(HostTools tools, string mac, bool hasOtherRom = false, bool hasDisk = false)
    {
        var tap = $"tap{_boards++}";
        await IpAsync($"-n {Switch} tuntap add {tap} mode tap");
        await IpAsync($"-n {Switch} link set {tap} master br0 up");
        string[] rom = hasOtherRom
            ? ["-kernel", tools.IpxeProgram("ipxe.lkrn"), "-initrd", _files.File("rom.ipxe", "#!ipxe\nset user-class ROM\nautoboot net0\n")]
            : [];
        string[] disk = hasDisk ? ["-drive", $"if=none,id=disk,format=raw,file={BootSector()}", "-device", "virtio-blk-pci,drive=disk,bootindex=2"] : [];
        string[] arguments =
        [
            .. "-machine q35,graphics=off -cpu Nehalem -smp 1 -m 512 -accel tcg,thread=single".Split(' '),
            // Counted instructions halve the waits of iPXE in the ROM, and make those of undionly.kpxe longer, which waits for interrupts.
            .. hasOtherRom ? Array.Empty<string>() : ["-icount", "shift=5"],
            .. "-nodefaults -no-user-config -display none -no-reboot -serial stdio".Split(' '),
            "-netdev",
            $"tap,ifname={tap},script=no,downscript=no,id=card",
            "-device",
            $"virtio-net-pci,netdev=card,mac={mac},bootindex=1",
            "-device",
            "virtio-rng-pci",
            .. rom,
            .. disk,
        ];
        return new Board(In(Switch, tools.Of(Architecture.Amd64).Qemu, arguments));
    }

    /// <summary>The MAC that U-Boot for QEMU's board has in its own environment, whichever the network card has.</summary>
    public const string UBootMac = "52:52:52:52:52:52";

    /// <summary>U-Boot for QEMU's arm64 board, of Debian's package u-boot-qemu.</summary>
    public const string UBoot = "/usr/lib/u-boot/qemu_arm64/u-boot.bin";

    /// <summary>
    /// Switches a board on that has U-Boot, with its own boot order or with a command. It boots from an e1000, since U-Boot's driver of virtio
    /// stops at the first burst of TCP; Linux has a driver for virtio only, so the board has such a card too, with the same MAC.
    /// </summary>
    /// <param name="tools">QEMU.</param>
    /// <param name="bootCommand">What was saved as <c>bootcmd</c> in its environment; null for a board as it is sold.</param>
    public async Task<Board> SwitchOnUBootAsync(HostTools tools, string? bootCommand = null)
    {
        Assert.SkipUnless(File.Exists(UBoot), "U-Boot is not installed: apt-get install u-boot-qemu");
        string[] taps = [$"tap{_boards}", $"linux{_boards++}"];
        foreach (var tap in taps)
        {
            await IpAsync($"-n {Switch} tuntap add {tap} mode tap");
            await IpAsync($"-n {Switch} link set {tap} master br0 up");
        }

        string[] environment = bootCommand is null ? [] : ["-drive", $"if=pflash,unit=1,format=raw,snapshot=on,file={UBootEnvironment(bootCommand)}"];
        string[] arguments =
        [
            .. "-machine virt -cpu cortex-a72 -smp 1 -m 512 -accel tcg,thread=single -icount shift=4".Split(' '),
            .. "-nodefaults -no-user-config -display none -no-reboot -serial stdio -bios".Split(' '),
            UBoot,
            .. environment,
            .. taps.Zip(["e1000", "virtio-net-pci"])
                .SelectMany(card =>
                    new[]
                    {
                        "-netdev",
                        $"tap,ifname={card.First},script=no,downscript=no,id={card.First}",
                        "-device",
                        $"{card.Second},netdev={card.First},mac={UBootMac},romfile=",
                    }
                ),
            "-device",
            "virtio-rng-pci",
        ];
        return new Board(In(Switch, tools.Of(Architecture.Arm64).Qemu, arguments));
    }

    /// <summary>An environment as <c>saveenv</c> writes it to the board's second flash: a checksum, then variables with a zero after each.</summary>
    private string UBootEnvironment(string bootCommand)
    {
        const int environmentSize = 0x40000;
        const int flashSize = 64 << 20;
        var environment = new byte[environmentSize];
        var variables = $"bootdelay=0\0kernel_addr_r=0x40400000\0ethaddr={UBootMac}\0bootcmd={bootCommand}\0\0";
        Encoding.ASCII.GetBytes(variables).CopyTo(environment.AsSpan(sizeof(uint)));
        BinaryPrimitives.WriteUInt32LittleEndian(environment, Crc32.HashToUInt32(environment.AsSpan(sizeof(uint))));
        var path = Path.Combine(_files.Path, $"environment{_boards}");
        using var file = File.Create(path);
        file.Write(environment);
        file.SetLength(flashSize);
        return path;
    }

    /// <summary>A disk whose first sector writes a line to the serial port and stops.</summary>
    private string BootSector()
    {
        byte[] code = [0x31, 0xc0, 0x8e, 0xd8, 0xbe, 0x15, 0x7c, 0xba, 0xf8, 0x03, 0xac, 0x84, 0xc0, 0x74, 0x03, 0xee, 0xeb, 0xf8, 0xf4, 0xeb, 0xfd];
        var disk = new byte[1 << 20];
        code.CopyTo(disk, 0);
        "Started from the disk\r\n"u8.CopyTo(disk.AsSpan(code.Length));
        (disk[510], disk[511]) = (0x55, 0xaa);
        var path = Path.Combine(_files.Path, $"disk{_boards}");
        File.WriteAllBytes(path, disk);
        return path;
    }
}
