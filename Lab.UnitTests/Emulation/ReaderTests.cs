using System.Net;
using Lab.Emulation.Machines;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.UnitTests.Emulation;

/// <summary>Lines as the real programs wrote them.</summary>
public sealed class ReaderTests
{
    private static readonly MacAddress Mac = MacAddress.Parse("52:54:00:13:00:01");

    [Theory]
    [InlineData("UEFI firmware (version  built at 13:10:49 on Nov  5 2024)", BootStage.Firmware, ObservationKind.Reached)]
    [InlineData("\e[1m\e[37m\e[40miPXE 1.21.1+git20250501.dad20602+dfsg-1\e[0m -- Open Source Network Boot Firmware", BootStage.Ipxe, ObservationKind.Reached)]
    [InlineData("EFI stub: Booting Linux Kernel...", BootStage.Linux, ObservationKind.Reached)]
    [InlineData("[    0.000000] Linux version 6.1.0-50-cloud-arm64 (debian-kernel@lists.debian.org)", BootStage.Linux, ObservationKind.Reached)]
    [InlineData("lab-node: stage=userspace kernel=6.1.0-50-cloud-arm64", BootStage.Userspace, ObservationKind.Reached)]
    [InlineData("[    2.345] [talos] [initramfs] booting Talos v1.13.0", BootStage.Userspace, ObservationKind.Reached)]
    [InlineData("[    3.712345] Run /init as init process", BootStage.Userspace, ObservationKind.Reached)]
    [InlineData("[    5.1] systemd[1]: systemd 252.39-1~deb12u1 running in system mode (+PAM +AUDIT)", BootStage.Userspace, ObservationKind.Reached)]
    [InlineData("lab-node: stage=images caches=5", BootStage.Images, ObservationKind.Reached)]
    [InlineData("lab-node: stage=images caches=3", BootStage.Config, ObservationKind.Failed)]
    [InlineData("lab-node: trouble stage=images reason=cache of gcr.io", BootStage.Images, ObservationKind.Trouble)]
    [InlineData("lab-node: failed stage=config reason=empty", BootStage.Config, ObservationKind.Failed)]
    [InlineData("  PXE-E18: Server response timeout.", BootStage.Dhcp, ObservationKind.Failed)]
    [InlineData("http://10.20.13.140:8080/boot.ipxe... Connection reset (https://ipxe.org/0f0a6095)", BootStage.Script, ObservationKind.Trouble)]
    [InlineData("BdsDxe: failed to start Boot0001 \"UEFI PXEv4 (MAC:525400130001)\": Aborted", BootStage.Ipxe, ObservationKind.Failed)]
    [InlineData("[    1.1] Kernel panic - not syncing: No working init found.", BootStage.Userspace, ObservationKind.Failed)]
    public void The_console_tells_stages_and_failures(string line, BootStage stage, ObservationKind kind)
    {
        var seen = ConsoleReader.Read(ConsoleReader.Plain(line), mirrors: 5);
        Assert.Equal((stage, kind), (seen!.Stage, seen.Kind));
    }

    [Theory]
    [InlineData("NBP file downloaded successfully.")]
    [InlineData("lab-node: lease 10.20.13.11/24 hostname=cp1")]
    [InlineData("I Run /init as init process")]
    public void Other_lines_of_the_console_tell_nothing(string line) => Assert.Null(ConsoleReader.Read(line, mirrors: 5));

    [Fact]
    public void Who_asks_from_an_address_that_is_not_its_lease_is_foreign()
    {
        var reader = new DnsmasqReader();
        reader.Read("dnsmasq-dhcp[7]: 1 DHCPACK(eth0) 10.20.13.11 52:54:00:13:00:01 cp1");
        reader.Read("dnsmasq-dhcp[7]: 2 DHCPACK(eth0) 10.20.13.12 52:54:00:13:00:02 cp2");
        var first = MacAddress.Parse("52:54:00:13:00:01");
        Assert.False(reader.IsForeign(first, IPAddress.Parse("10.20.13.11")));
        Assert.True(reader.IsForeign(first, IPAddress.Parse("10.20.13.12")));
        Assert.True(reader.IsForeign(first, IPAddress.Parse("10.20.13.77")));
        Assert.False(reader.IsForeign(MacAddress.Parse("52:54:00:13:00:03"), IPAddress.Parse("10.20.13.77")));
    }

    [Fact]
    public void Dnsmasq_tells_leases_and_transfers_by_machine()
    {
        var reader = new DnsmasqReader();
        Assert.Null(reader.Read("Nov 23 13:19:03 dnsmasq-tftp[1]: sent /srv/ipxe-arm64.efi to 10.20.13.11"));
        var lease = reader.Read("Nov 23 13:19:03 dnsmasq-dhcp[5117]: 2701724789 DHCPACK(eth0) 10.20.13.11 52:54:00:13:00:01 cp1");
        Assert.Equal((Mac, BootStage.Dhcp), (lease!.Value.Machine, lease.Value.Observation.Stage));
        var sent = reader.Read("Nov 23 13:19:03 dnsmasq-tftp[1]: sent /srv/ipxe-arm64.efi to 10.20.13.11");
        Assert.Equal((Mac, BootStage.Tftp, ObservationKind.Reached), (sent!.Value.Machine, sent.Value.Observation.Stage, sent.Value.Observation.Kind));
        var missing = reader.Read("Nov 23 13:19:03 dnsmasq-tftp[1]: file /srv/ipxe-arm64.efi not found for 10.20.13.11");
        Assert.Equal(ObservationKind.Trouble, missing!.Value.Observation.Kind);
        Assert.Null(reader.Read("Nov 23 13:19:03 dnsmasq-tftp[1]: sent /srv/autoexec.ipxe to 10.20.13.11"));
    }

    [Theory]
    [InlineData("GET", "/ipxe", BootRequestStage.Script, 200, 162, BootStage.Script, ObservationKind.Reached)]
    [InlineData("GET", "/ipxe", BootRequestStage.Script, 404, 19, BootStage.Script, ObservationKind.Failed)]
    [InlineData("GET", "/assets/vmlinuz", BootRequestStage.Kernel, 404, 19, BootStage.Kernel, ObservationKind.Failed)]
    [InlineData("GET", "/assets/vmlinuz", BootRequestStage.Kernel, 499, 100, BootStage.Kernel, ObservationKind.Trouble)]
    [InlineData("GET", "/assets/vmlinuz", BootRequestStage.Kernel, 500, 0, BootStage.Kernel, ObservationKind.Trouble)]
    [InlineData("GET", "/generic", BootRequestStage.Config, 200, 0, BootStage.Config, ObservationKind.Failed)]
    public void The_boot_server_tells_what_it_answered(
        string method,
        string path,
        BootRequestStage stage,
        int status,
        long bytes,
        BootStage expected,
        ObservationKind kind
    )
    {
        var seen = BootRequestReader.Read(Request(method, path, stage, status, bytes));
        Assert.Equal((Mac, expected, kind), (seen!.Value.Machine, seen.Value.Observation.Stage, seen.Value.Observation.Kind));
    }

    [Theory]
    [InlineData("GET", "/boot.ipxe", BootRequestStage.Script)]
    [InlineData("HEAD", "/assets/vmlinuz", BootRequestStage.Kernel)]
    [InlineData("GET", "/favicon.ico", BootRequestStage.Other)]
    public void Requests_that_are_no_stage_tell_nothing(string method, string path, BootRequestStage stage) =>
        Assert.Null(BootRequestReader.Read(Request(method, path, stage, 200, 10)));

    private static BootRequest Request(string method, string path, BootRequestStage stage, int status, long bytes) =>
        new()
        {
            Time = DateTimeOffset.UnixEpoch,
            Remote = "10.20.13.11",
            Mac = Mac.ToString(),
            Method = method,
            Path = path,
            Status = status,
            Bytes = bytes,
            DurationMs = 1,
            Stage = stage,
        };

    [Theory]
    [InlineData("ipxe... ok", BootStage.Script, ObservationKind.Reached)]
    [InlineData("http://10.20.13.140:8080/ipxe?uuid=1&mac=2... ok", BootStage.Script, ObservationKind.Reached)]
    [InlineData("/assets/stand-in/vmlinuz... 55%     ok", BootStage.Kernel, ObservationKind.Reached)]
    [InlineData("ipxe..... ok", BootStage.Script, ObservationKind.Reached)]
    [InlineData("http://10.20.13.140:8080/ipxe?uuid=1&mac=2.... ok", BootStage.Script, ObservationKind.Reached)]
    [InlineData("/assets/stand-in/vmlinuz....  12%    100%    ok", BootStage.Kernel, ObservationKind.Reached)]
    [InlineData("/assets/stand-in/initramfs... ok", BootStage.Initrd, ObservationKind.Reached)]
    [InlineData("/assets/stand-in/vmlinuz... No such file or directory (https://ipxe.org/2d0c618e)", BootStage.Kernel, ObservationKind.Failed)]
    [InlineData("/assets/stand-in/vmlinuz... 12%  Connection reset (https://ipxe.org/0f0a6095)", BootStage.Kernel, ObservationKind.Trouble)]
    public void The_boot_program_tells_its_downloads(string line, BootStage stage, ObservationKind kind)
    {
        var seen = BootProgramReader.Read(line, BootImage.StandIn);
        Assert.Equal((stage, kind), (seen!.Stage, seen.Kind));
    }

    [Theory]
    [InlineData("autoexec.ipxe... ok")]
    [InlineData("http://10.20.13.140:8080/boot.ipxe... ok")]
    public void Other_downloads_tell_nothing(string line) => Assert.Null(BootProgramReader.Read(line, BootImage.StandIn));

    [Fact]
    public void Matchbox_tells_who_asked_for_a_configuration()
    {
        var seen = MatchboxReader.Read("time=\"2026-11-24T02:38:41Z\" level=info msg=\"HTTP GET /generic?uuid=1&mac=52-54-00-13-00-01&x=1\"");
        Assert.Equal((Mac, BootStage.Config), (seen!.Value.Machine, seen.Value.Observation.Stage));
        Assert.Null(MatchboxReader.Read("time=\"2026-11-24T02:38:41Z\" level=info msg=\"HTTP GET /ipxe?mac=52-54-00-13-00-01\""));
    }
}
