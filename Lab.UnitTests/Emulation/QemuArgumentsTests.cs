using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Emulation.Network;
using Lab.Model.Definition;

namespace Lab.UnitTests.Emulation;

public sealed class QemuArgumentsTests
{
    private static readonly MacAddress Mac = MacAddress.Parse("52:54:00:13:00:01");

    [Fact]
    public void A_machine_without_wishes_is_what_it_always_was()
    {
        var line = Line(Hardware(1, new NodeDisk("/d", 8, DiskBus.Virtio)));
        Assert.Contains("-smp 1 -m 512 -accel tcg,thread=single -icount shift=4", line);
        Assert.Contains(
            "-netdev tap,ifname=tap0,script=no,downscript=no,id=net0 -device virtio-net-pci,netdev=net0,mac=52:54:00:13:00:01,bootindex=2,romfile= "
                + "-drive if=none,id=disk0,format=raw,cache=unsafe,discard=unmap,file=/d -device virtio-blk-pci,drive=disk0,serial=52-54-00-13-00-01,bootindex=1 "
                + "-device virtio-rng-pci",
            line
        );
    }

    [Fact]
    public void Several_processors_run_in_a_thread_each_by_the_usual_clock()
    {
        var line = Line(Hardware(4));
        Assert.Contains("-smp 4 -m 512 -accel tcg,thread=multi -sandbox", line);
        Assert.DoesNotContain("-icount", line);
    }

    [Fact]
    public void A_disk_hangs_on_its_bus_and_only_the_first_is_booted_from()
    {
        var line = Line(Hardware(1, new("/a", 1, DiskBus.Nvme), new("/b", 2, DiskBus.Scsi), new("/c", 3, DiskBus.Ahci)));
        Assert.Contains("file=/a -device nvme,drive=disk0,serial=52-54-00-13-00-01,bootindex=1", line);
        Assert.Contains("file=/b -device virtio-scsi-pci,id=scsi1 -device scsi-hd,bus=scsi1.0,drive=disk1,serial=52-54-00-13-00-01-2 ", line);
        Assert.Contains("file=/c -device ich9-ahci,id=ahci2 -device ide-hd,bus=ahci2.0,drive=disk2,serial=52-54-00-13-00-01-3 ", line);
    }

    [Fact]
    public void A_further_network_card_has_its_own_address_and_is_not_booted_from()
    {
        var hardware = new MachineHardware([Mac, Mac.OfInterface(1)], 1, 512) { Networks = [MachineNetwork.Tap("tap0"), MachineNetwork.Tap("tap1")] };
        Assert.Contains("ifname=tap1,script=no,downscript=no,id=net1 -device virtio-net-pci,netdev=net1,mac=52:54:01:13:00:01,romfile= ", Line(hardware));
    }

    [Fact]
    public void An_amd64_machine_is_a_pc_whose_variables_are_beside_its_firmware()
    {
        var line = Line(Hardware(1) with { Architecture = Architecture.Amd64, Variables = "/vars" });
        Assert.Contains("-machine q35 -cpu Nehalem ", line);
        Assert.Contains("-icount shift=5 ", line);
        Assert.Contains("-drive if=pflash,unit=0,format=raw,readonly=on,file=/firmware -drive if=pflash,unit=1,format=raw,file=/vars ", line);
        Assert.DoesNotContain("-bios", line);
    }

    [Fact]
    public void The_variables_of_an_arm64_machine_are_its_second_flash_chip() =>
        Assert.Contains("-bios /firmware -drive if=pflash,unit=1,format=raw,file=/vars ", Line(Hardware(1) with { Variables = "/vars" }));

    [Theory]
    [InlineData(Architecture.Arm64, "tpm-tis-device,tpmdev=tpm0")]
    [InlineData(Architecture.Amd64, "tpm-tis,tpmdev=tpm0")]
    public void A_tpm_is_a_program_beside_it(Architecture architecture, string device)
    {
        Assert.Contains(
            $"-chardev socket,id=tpm,path=/tmp/tpm -tpmdev emulator,id=tpm0,chardev=tpm -device {device} ",
            Line(Hardware(1) with { Architecture = architecture, Tpm = "/tpm" })
        );
        Assert.DoesNotContain("tpm", Line(Hardware(1) with { Architecture = architecture }));
    }

    [Theory]
    [InlineData(Architecture.Arm64, "-machine virt,gic-version=max -cpu host ")]
    [InlineData(Architecture.Amd64, "-machine q35 -cpu host ")]
    public void On_the_host_s_processor_time_is_the_host_s(Architecture architecture, string board)
    {
        var line = Line(Hardware(1) with { Architecture = architecture }, new HostFacts(architecture, KvmState.Usable));
        Assert.Contains(board, line);
        Assert.Contains("-accel kvm -sandbox", line);
        Assert.DoesNotContain("-icount", line);
    }

    [Fact]
    public void A_pc_on_an_arm64_host_has_one_thread()
    {
        var line = Line(Hardware(2) with { Architecture = Architecture.Amd64 }, new HostFacts(Architecture.Arm64, KvmState.Usable));
        Assert.Contains("-smp 2 -m 512 -accel tcg,thread=single -sandbox", line);
    }

    private static MachineHardware Hardware(int cpus, params NodeDisk[] disks) =>
        new([Mac], cpus, 512) { Networks = [MachineNetwork.Tap("tap0")], Disks = disks };

    private static string Line(MachineHardware hardware, HostFacts? host = null) =>
        string.Join(
            ' ',
            QemuArguments.For(
                hardware,
                "/firmware",
                Acceleration.Of(host ?? new HostFacts(Architecture.Amd64, KvmState.Absent), hardware.Architecture),
                "/console",
                "/monitor",
                countInstructions: true
            )
        );
}
