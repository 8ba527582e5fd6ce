using System.Net;
using Lab.Emulation.Machines;
using Lab.Emulation.Network;
using Lab.Emulation.Services;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.UnitTests.Emulation;

/// <summary>Lines as the real dnsmasq wrote them on a real network, for a real firmware.</summary>
public sealed class HomeDhcpReaderTests
{
    private static readonly MacAddress Mac = MacAddress.Parse("52:54:00:13:00:01");

    private readonly HomeDhcpReader _reader = new([Architecture.Arm64], address => address.Equals(IPAddress.Parse("192.168.1.109")) ? Mac : null);

    [Fact]
    public void Firmware_that_is_answered_begins_a_boot()
    {
        var seen = Read(
            "dnsmasq-dhcp[7]: 1776407333 available DHCP subnet: 192.168.1.0/255.255.255.0",
            "dnsmasq-dhcp[7]: 1776407333 vendor class: PXEClient:Arch:00011:UNDI:003000",
            "dnsmasq-dhcp[7]: 1776407333 PXE(eth0) 52:54:00:13:00:01 proxy"
        );
        Assert.Equal((Mac, true, BootStage.Dhcp, ObservationKind.Reached), (seen.Machine, seen.BeginsBoot, seen.Observation!.Stage, seen.Observation.Kind));
    }

    [Fact]
    public void Ipxe_that_asks_once_more_begins_none()
    {
        var seen = Read(
            "dnsmasq-dhcp[7]: 1860313688 available DHCP subnet: 192.168.1.0/255.255.255.0",
            "dnsmasq-dhcp[7]: 1860313688 vendor class: PXEClient",
            "dnsmasq-dhcp[7]: 1860313688 user class: iPXE",
            "dnsmasq-dhcp[7]: 1860313688 PXE(eth0) 52:54:00:13:00:01 proxy"
        );
        Assert.False(seen.BeginsBoot);
    }

    [Theory]
    [InlineData("PXEClient:Arch:00007:UNDI:003016", "x86-64 UEFI (PXEClient:Arch:00007:UNDI:003016)")]
    [InlineData("PXEClient:Arch:00000:UNDI:002001", "PC BIOS (PXEClient:Arch:00000:UNDI:002001)")]
    public void A_machine_that_cannot_boot_what_is_served_has_failed(string vendorClass, string said)
    {
        var seen = Read(
            "dnsmasq-dhcp[7]: 1 available DHCP subnet: 192.168.1.0/255.255.255.0",
            $"dnsmasq-dhcp[7]: 1 vendor class: {vendorClass}",
            "dnsmasq-dhcp[7]: 1 PXE(eth0) 52:54:00:13:00:01 proxy"
        );
        Assert.Equal(ObservationKind.Failed, seen.Observation!.Kind);
        Assert.EndsWith(said, seen.Observation.Text);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(9)]
    public void A_pc_is_answered_where_the_lab_has_one(int architecture)
    {
        var reader = new HomeDhcpReader([Architecture.Arm64, Architecture.Amd64], _ => null);
        reader.Read($"dnsmasq-dhcp[7]: 1 vendor class: PXEClient:Arch:{architecture:00000}:UNDI:003016");
        Assert.Equal(ObservationKind.Reached, reader.Read("dnsmasq-dhcp[7]: 1 PXE(eth0) 52:54:00:13:00:01 proxy")!.Observation!.Kind);
    }

    [Theory]
    [InlineData("PXE(eth0) 52:54:00:66:66:66 proxy-ignored")]
    [InlineData("DHCPDISCOVER(eth0) 52:54:00:66:66:66 ignored")]
    public void Who_is_ignored_is_seen_with_its_class(string line)
    {
        var seen = Read(
            "dnsmasq-dhcp[7]: 1 available DHCP range: 192.168.1.150 -- 192.168.1.199",
            "dnsmasq-dhcp[7]: 1 vendor class: PXEClient:Arch:00011:UNDI:003000",
            $"dnsmasq-dhcp[7]: 1 {line}"
        );
        Assert.Null(seen.Observation);
        Assert.Equal(("52:54:00:66:66:66", "PXEClient:Arch:00011:UNDI:003000"), ($"{seen.Machine}", seen.VendorClass));
    }

    [Fact]
    public void A_UBoot_beside_a_router_is_not_answered_and_told_of()
    {
        var seen = Read(
            "dnsmasq-dhcp[7]: 1 available DHCP subnet: 192.168.1.0/255.255.255.0",
            "dnsmasq-dhcp[7]: 1 vendor class: U-Boot.armv8",
            "dnsmasq-dhcp[7]: 1 PXE(eth0) 52:54:00:13:00:01 proxy-ignored"
        );
        Assert.True(seen.BeginsBoot);
        Assert.Equal((BootStage.Dhcp, ObservationKind.Trouble), (seen.Observation!.Stage, seen.Observation.Kind));
        Assert.True(Diagnosis.IsAskedAsUBoot(seen.Observation));
    }

    [Fact]
    public void A_UBoot_that_asks_for_an_EFI_program_writes_its_architecture_in_hexadecimal()
    {
        var seen = Read(
            "dnsmasq-dhcp[7]: 1 available DHCP subnet: 192.168.1.0/255.255.255.0",
            "dnsmasq-dhcp[7]: 1 vendor class: PXEClient:Arch:0000b:UNDI:003000",
            "dnsmasq-dhcp[7]: 1 PXE(eth0) 52:54:00:13:00:01 proxy"
        );
        Assert.Equal(ObservationKind.Reached, seen.Observation!.Kind);
        Assert.Equal("arm64 UEFI", ClientArchitecture.Name(ClientArchitecture.OfVendorClass(seen.VendorClass)));
    }

    [Theory]
    [InlineData("dc:a6:32:13:00:01", true, ObservationKind.Reached)]
    [InlineData("dc:a6:32:13:00:01", false, ObservationKind.Failed)]
    [InlineData("52:54:00:13:00:01", true, ObservationKind.Failed)]
    public void A_Raspberry_Pi_that_asks_as_a_PC_does_is_told_from_one_by_its_MAC(string mac, bool hasFirmware, ObservationKind kind)
    {
        var reader = new HomeDhcpReader([Architecture.Arm64], _ => null) { ServesRaspberryPis = hasFirmware };
        reader.Read("dnsmasq-dhcp[7]: 1 vendor class: PXEClient:Arch:00000:UNDI:002001");
        var seen = reader.Read($"dnsmasq-dhcp[7]: 1 PXE(eth0) {mac} proxy")!.Observation!;
        Assert.Equal(kind, seen.Kind);
        Assert.Equal(!hasFirmware, seen.Text.Contains("Raspberry Pi's own network boot", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("02:70:fb:b3:36:00", "PXEClient", true)]
    [InlineData("02:70:fb:b3:36:00", "PXEClient:Arch:00011:UNDI:003000", false)]
    [InlineData("52:54:00:13:00:00", "PXEClient", false)]
    public void The_labs_own_question_is_no_machine(string mac, string vendorClass, bool isQuestion) =>
        Assert.Equal(isQuestion, DhcpDiscovery.IsQuestion(MacAddress.Parse(mac), vendorClass));

    [Theory]
    [InlineData("010203047f2003d5", "010203041f2003d5")]
    [InlineData("01027f2003d50304", "01027f2003d50304")]
    [InlineData("7f2003d57f2003d5", "7f2003d57f2003d5")]
    [InlineData("0102030405060708", "0102030405060708")]
    public void The_one_instruction_with_which_iPXE_sleeps_is_taken_from_it(string program, string changed) =>
        Assert.Equal(changed, Convert.ToHexStringLower(IpxeForUBoot.From(Convert.FromHexString(program))));

    [Fact]
    public void Somebodys_telephone_is_not_seen()
    {
        Assert.Null(_reader.Read("dnsmasq-dhcp[7]: 1 available DHCP range: 192.168.1.150 -- 192.168.1.199"));
        Assert.Null(_reader.Read("dnsmasq-dhcp[7]: 1 vendor class: android-dhcp-14"));
        Assert.Null(_reader.Read("dnsmasq-dhcp[7]: 1 DHCPDISCOVER(eth0) 52:54:00:66:66:66 ignored"));
    }

    [Fact]
    public void A_file_is_sent_to_who_has_the_address()
    {
        var seen = Read("dnsmasq-tftp[7]: sent /tftp/ipxe-arm64.efi to 192.168.1.109");
        Assert.Equal((Mac, BootStage.Tftp), (seen.Machine, seen.Observation!.Stage));
        Assert.Null(_reader.Read("dnsmasq-tftp[7]: sent /tftp/ipxe-arm64.efi to 192.168.1.110"));
        Assert.Null(_reader.Read("dnsmasq-tftp[7]: sent /tftp/autoexec.ipxe to 192.168.1.109"));
    }

    [Fact]
    public void A_lease_that_no_firmware_asks_for_is_that_of_the_system()
    {
        var seen = Read(
            "dnsmasq-dhcp[7]: 1 available DHCP range: 192.168.1.150 -- 192.168.1.199",
            "dnsmasq-dhcp[7]: 1 vendor class: udhcp 1.35.0",
            "dnsmasq-dhcp[7]: 1 DHCPACK(eth0) 192.168.1.11 52:54:00:13:00:01 cp1"
        );
        Assert.Equal(BootStage.Lease, seen.Observation!.Stage);
    }

    /// <summary>Only the last line says something.</summary>
    private Sighting Read(params string[] lines)
    {
        Assert.All(lines[..^1], line => Assert.Null(_reader.Read(line)));
        return _reader.Read(lines[^1])!;
    }
}
