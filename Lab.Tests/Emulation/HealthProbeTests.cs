using System.Net;
using Lab.Emulation.Services;

namespace Lab.Tests.Emulation;

/// <summary>What services log of a probe; the lines are those of dnsmasq 2.90, the boot server, matchbox and moto 5.2.</summary>
public sealed class HealthProbeTests
{
    private static readonly IPAddress Bastion = IPAddress.Parse("10.20.13.140");
    private static readonly TftpProbe Tftp = new(null!, new IPEndPoint(Bastion, 69), "autoexec.ipxe");
    private static readonly DnsProbe Dns = new(null!, new IPEndPoint(Bastion, 53), "bastion.lab.internal", Bastion);
    private static readonly HttpProbe BootServer = new(null!, $"http://10.20.13.140:8080/boot.ipxe{HttpProbe.Mark}");
    private static readonly HttpProbe Emulator = new(null!, $"http://127.0.0.1:4566/moto-api/{HttpProbe.Mark}");

    [Theory]
    [InlineData("Nov 25 19:51:44 dnsmasq-tftp[18331]: sent /run/tftp/autoexec.ipxe to 10.20.13.140", true)]
    [InlineData("Nov 25 19:51:44 dnsmasq-tftp[18331]: sent /run/tftp/autoexec.ipxe to 10.20.13.14", false)]
    [InlineData("Nov 25 19:51:44 dnsmasq-tftp[18331]: sent /run/tftp/ipxe-arm64.efi to 10.20.13.140", false)]
    [InlineData("Nov 25 19:51:44 dnsmasq-tftp[18331]: failed sending /run/tftp/autoexec.ipxe to 10.20.13.140", false)]
    [InlineData("Nov 25 19:51:44 dnsmasq-tftp[18331]: file /run/tftp/autoexec.ipxe not found for 10.20.13.140", false)]
    public void Of_TFTP_only_what_the_server_sends_itself_is_the_probes(string line, bool leaves) => Assert.Equal(leaves, Tftp.Leaves(line));

    [Theory]
    [InlineData("Nov 25 19:51:44 dnsmasq[18464]: query[A] BASTION.LAB.INTERNAL from 10.20.13.140", true)]
    [InlineData("Nov 25 19:51:44 dnsmasq[18464]: config BASTION.LAB.INTERNAL is 10.20.13.140", true)]
    [InlineData("Nov 25 19:51:44 dnsmasq[18464]: query[A] bastion.lab.internal from 10.20.13.11", false)]
    [InlineData("Nov 25 19:51:44 dnsmasq[18464]: config bastion.lab.internal is 10.20.13.140", false)]
    [InlineData("Nov 25 19:51:44 dnsmasq[18464]: config BASTION.LAB.INTERNAL is 10.20.13.7", false)]
    public void Of_DNS_only_the_name_in_capitals_is_the_probes(string line, bool leaves) => Assert.Equal(leaves, Dns.Leaves(line));

    [Theory]
    [InlineData("""time="2026-11-25T19:51:45Z" level=info msg="HTTP GET /boot.ipxe?lab-health" """, true)]
    [InlineData("""time="2026-11-25T19:51:55Z" level=info msg="HTTP GET /boot.ipxe" """, false)]
    [InlineData("""time="2026-11-25T19:51:55Z" level=info msg="HTTP GET /boot.ipxe?lab-health&mac=52-54-00-13-00-01" """, false)]
    public void Of_the_boot_server_only_the_marked_request_is_the_probes(string line, bool leaves) => Assert.Equal(leaves, BootServer.Leaves(line.TrimEnd()));

    [Theory]
    [InlineData("""127.0.0.1 - - [25/Nov/2026 19:51:46] "GET /moto-api/?lab-health HTTP/1.1" 200 -""", true)]
    [InlineData("""127.0.0.1 - - [25/Nov/2026 19:51:46] "GET /moto-api/?lab-health HTTP/1.1" 500 -""", false)]
    [InlineData("""127.0.0.1 - - [25/Nov/2026 19:51:46] "GET /moto-api/ HTTP/1.1" 200 -""", false)]
    public void Of_the_emulator_only_the_marked_request_that_was_answered_well_is_the_probes(string line, bool leaves) =>
        Assert.Equal(leaves, Emulator.Leaves(line));
}
