using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Emulation.Services;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.UnitTests.Emulation;

/// <summary>Text that a guest has chosen, in logs that are read.</summary>
public sealed class HostileReaderTests
{
    private const string Ack = "DHCPACK(eth0) 10.20.13.12 52:54:00:13:00:02";

    [Theory]
    [InlineData("Nov 23 13:19:03 dnsmasq-tftp[1]: file /srv/DHCPACK(e) 10.20.13.12 ::::::::::::::::: not found for 10.20.13.77")]
    [InlineData("Nov 23 13:19:03 dnsmasq-tftp[1]: file /srv/" + Ack + " not found for 10.20.13.77")]
    [InlineData("Nov 23 13:19:03 dnsmasq-dhcp[1]: 17 vendor class: " + Ack)]
    [InlineData("Nov 23 13:19:03 dnsmasq-dhcp[1]: 17 user class: x DHCPNAK(eth0) 10.20.13.12 52:54:00:13:00:02 wrong server-ID")]
    [InlineData("Nov 23 13:19:03 dnsmasq-dhcp[1]: 17 DHCPACK(eth0) 999.999.999.999 52:54:00:13:00:02")]
    [InlineData("Nov 23 13:19:03 dnsmasq-dhcp[1]: 17 DHCPACK(eth0) 10.20.13.12 :::::::::::::::::")]
    public void A_name_or_class_that_looks_like_a_line_of_dnsmasq_tells_nothing(string line) => Assert.Null(new DnsmasqReader().Read(line));

    [Fact]
    public void A_file_name_that_looks_like_a_transfer_to_another_node_tells_nothing_of_that_node()
    {
        var reader = new DnsmasqReader();
        Assert.NotNull(reader.Read($"Nov 23 13:19:03 dnsmasq-dhcp[1]: 17 {Ack}"));
        Assert.Null(reader.Read("Nov 23 13:19:03 dnsmasq-tftp[1]: file /srv/sent /srv/ipxe-arm64.efi to 10.20.13.12 not found for 10.20.13.77"));
        Assert.Null(reader.Read("Nov 23 13:19:03 dnsmasq-tftp[1]: file /srv/ipxe-arm64.efi not found for 10.20.13.12 not found for 10.20.13.77"));
        Assert.NotNull(reader.Read("Nov 23 13:19:03 dnsmasq-tftp[1]: sent /srv/with a space/ipxe-arm64.efi to 10.20.13.12"));
    }

    [Theory]
    [InlineData("dnsmasq-dhcp[1]: 17 vendor class: PXE(eth0) 52:54:00:13:00:02 proxy")]
    [InlineData("dnsmasq-dhcp[1]: 17 user class: x PXE(eth0) 52:54:00:13:00:02 proxy-ignored")]
    [InlineData("dnsmasq-tftp[1]: file /tftp/PXE(eth0) 52:54:00:13:00:02 proxy not found for 192.168.1.77")]
    public void A_class_that_looks_like_an_answer_to_another_machine_tells_nothing(string line) =>
        Assert.Null(new HomeDhcpReader([Architecture.Arm64], _ => null).Read(line));

    [Fact]
    public void A_header_that_looks_like_a_request_tells_matchbox_readers_nothing() =>
        Assert.Null(MatchboxReader.Read("time=\"T\" level=info msg=\"HTTP GET /x?y=HTTP GET /generic?mac=52-54-00-13-00-02\""));

    /// <summary>Real lines, cut, mixed and changed at random from a fixed seed: whatever comes of it, no reader throws.</summary>
    [Fact]
    public void No_reader_throws_whatever_the_line()
    {
        string[] seeds =
        [
            $"Nov 23 13:19:03 dnsmasq-dhcp[1]: 17 {Ack} cp1",
            "Nov 23 13:19:03 dnsmasq-tftp[1]: sent /srv/ipxe-arm64.efi to 10.20.13.12",
            "dnsmasq-dhcp[1]: 17 vendor class: PXEClient:Arch:00011:UNDI:003000",
            "dnsmasq-dhcp[1]: 17 PXE(eth0) 52:54:00:13:00:01 proxy",
            "dnsmasq-dhcp[1]: 17 PXE(eth0) 52:54:00:13:00:01 proxy-ignored",
            "lab-node: failed stage=config reason=empty",
            "lab-node: stage=images caches=5",
            "/assets/stand-in/vmlinuz... 55%     ok",
            "time=\"T\" level=info msg=\"HTTP GET /generic?mac=52-54-00-13-00-02\"",
            """{"event":"SHUTDOWN","data":{"guest":true,"reason":"guest-reset"}}""",
            """{"time":"2026-11-27T00:00:00Z","remote":"10.20.13.11","mac":"52:54:00:13:00:01","method":"GET","path":"/generic","query":"","status":200,"bytes":1,"durationMs":1,"stage":"Config"}""",
            "[]",
            "null",
            "7",
            """{"event":7}""",
            """{"event":"SHUTDOWN"}""",
            """{"event":"SHUTDOWN","data":[]}""",
            """{"event":"SHUTDOWN","data":{"reason":{}}}""",
            "",
        ];
        var random = new Random(11);
        var dnsmasq = new DnsmasqReader();
        var home = new HomeDhcpReader([Architecture.Arm64], _ => null);
        for (var i = 0; i < 20_000; i++)
        {
            var (first, second) = (seeds[random.Next(seeds.Length)], seeds[random.Next(seeds.Length)]);
            var line =
                i < seeds.Length ? seeds[i]
                : (first[..random.Next(first.Length + 1)] + second[random.Next(second.Length + 1)..]).ToCharArray() is { Length: > 0 } letters
                    ? Changed(letters, random)
                : "";
            var thrown = Record.Exception(() =>
            {
                dnsmasq.Read(line);
                home.Read(line);
                ConsoleReader.Read(ConsoleReader.Plain(line), 5);
                BootProgramReader.Read(line, BootImage.StandIn);
                MatchboxReader.Read(line);
                MachineMonitor.Read(line);
                if (BootRequests.TryParse(line) is { } request)
                {
                    BootRequestReader.Read(request);
                }
            });
            Assert.True(thrown is null, $"seed 11, line {i}: {line}\n{thrown}");
        }
    }

    /// <summary>As long as a line can be. What takes more than linear time to read would keep the console's reader for minutes.</summary>
    [Theory]
    [InlineData(".")]
    [InlineData("?")]
    [InlineData("x?.")]
    [InlineData("... 1% ")]
    [InlineData("(https://ipxe.org/")]
    public void A_line_of_one_thing_over_and_over_is_read(string part)
    {
        var line = string.Concat(Enumerable.Repeat(part, 16384 / part.Length));
        Assert.Null(BootProgramReader.Read(line, BootImage.StandIn));
        Assert.Null(ConsoleReader.Read(ConsoleReader.Plain(line), 5));
        Assert.Null(MatchboxReader.Read(line));
        Assert.Null(new DnsmasqReader().Read(line));
    }

    [Fact]
    public void A_reader_that_throws_ends_neither_the_log_nor_the_other_readers_and_leaves_a_line()
    {
        using var folder = new TemporaryFolder();
        using var log = new LogFile(Path.Combine(folder.Path, "log"));
        var read = new List<string>();
        log.LineWritten += _ => throw new FormatException("not an address");
        log.LineWritten += read.Add;
        log.Write("one");
        log.Write("two");
        Assert.Equal(["one", "two"], read);
        Assert.Equal(2, log.Last(10).Count(line => line.Contains("a reader of this log has failed", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_failure_of_a_stage_for_which_the_machine_cannot_have_asked_yet_is_no_end()
    {
        var timeline = new BootTimeline();
        timeline.Add(new(BootStage.Firmware, ObservationKind.Reached, Observation.SerialConsole, "UEFI firmware"), TimeSpan.Zero);
        for (var i = 0; i < 1000; i++)
        {
            timeline.Add(new(BootStage.Config, ObservationKind.Failed, Matchbox.Name, $"GET /ignition?x={i} -> 404"), TimeSpan.Zero);
        }

        Assert.Null(timeline.Failure);
        Assert.True(timeline.Troubles.Count <= 100, $"{timeline.Troubles.Count} are kept");
    }

    private static string Changed(char[] letters, Random random)
    {
        for (var change = random.Next(4); change > 0; change--)
        {
            letters[random.Next(letters.Length)] = (char)random.Next(random.Next(2) == 0 ? 128 : 0x10000);
        }

        return new string(letters);
    }
}
