using System.Globalization;
using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;

namespace Lab.Tests.Programs;

/// <summary>The time server of a home, asked by a machine on the LAN of a running lab.</summary>
[Collection(VirtualMachines.Name)]
public sealed partial class TimeTests : IAsyncDisposable
{
    /// <summary>
    /// Asks by DHCP (RFC 2131) which time servers there are (option 42, RFC 2132), and the first of them for the time (RFC 4330). Prints
    /// the server, the mode of its answer (4: server) and how many seconds its clock differs from this machine's.
    /// </summary>
    private const string Ask = """
        import socket, struct, sys, time
        dhcp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        dhcp.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        dhcp.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, sys.argv[1].encode())
        dhcp.bind(("", 68))
        dhcp.settimeout(30)
        header = struct.pack("!BBBBIHH", 1, 1, 6, 0, 0x1ab, 0, 0x8000) + bytes(16) + bytes.fromhex("525400660066") + bytes(10) + bytes(192)
        dhcp.sendto(header + b"\x63\x82\x53\x63" + bytes([53, 1, 1, 55, 1, 42, 255]) + bytes(60), ("255.255.255.255", 67))
        offer, at, options = dhcp.recv(2048), 240, {}
        while offer[at] != 255:
            options[offer[at]] = offer[at + 2:at + 2 + offer[at + 1]]
            at += 2 + offer[at + 1]
        server = socket.inet_ntoa(options[42][:4])
        ntp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        ntp.settimeout(30)
        ntp.sendto(b"\x23" + bytes(47), (server, 123))
        answer = ntp.recv(48)
        print(server, answer[0] & 7, int(struct.unpack("!I", answer[40:44])[0] - 2208988800 - time.time()))
        """;

    private readonly LabProgram _program = new();

    [Fact]
    public async Task A_lease_names_the_bastion_which_tells_this_machines_time()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root may add a machine to the LAN of a running lab.");
        var run = _program.Start("up", "--json", "--port", "0");
        await run.WaitForAsync(happened => (string?)happened["event"] == "started");
        var lan = _program.Folders.Lab("lab").Namespace("lan");
        foreach (
            var command in new[]
            {
                "link add guest type veth peer name guest-port",
                "link set guest-port master br0 up",
                "address add 10.20.13.66/24 dev guest",
                "link set guest up",
            }
        )
        {
            await IpAsync(["-n", lan, .. command.Split(' ')]);
        }

        var told = (await IpAsync(["netns", "exec", lan, "python3", "-c", Ask, "guest"])).Split(' ');
        Assert.Equal(("10.20.13.140", "4"), (told[0], told[1]));
        Assert.InRange(int.Parse(told[2], CultureInfo.InvariantCulture), -60, 60);

        await run.SignalAsync("INT");
        await run.Ended;
        await _program.NothingIsLeftAsync();
    }

    [Theory]
    [InlineData(new string[] { }, true)]
    [InlineData(new[] { "--lan", "home", "--fault", "no-ntp" }, false)]
    public async Task The_stand_in_asks_the_time_server_of_its_lease_once_it_serves_and_says_what_came_of_it(string[] options, bool isAnswered)
    {
        var run = _program.Start(["up", "--json", "--port", "0", .. options]);
        await run.WaitForAsync(happened => (string?)happened["event"] == "milestone" && (string?)happened["stage"] == "ready");
        string? told = null;
        await Eventually.TrueAsync(
            async () =>
                (
                    told = (await File.ReadAllLinesAsync(_program.Folders.Lab("lab").Log("cp1.console"), TestContext.Current.CancellationToken)).FirstOrDefault(
                        line => AboutTime().IsMatch(line)
                    )
                )
                    is not null,
            "the stand-in says what came of its question"
        );
        if (isAnswered)
        {
            Assert.EndsWith(" by 10.20.13.140", told);
            var time = DateTimeOffset.Parse(told!.Split(' ')[2], CultureInfo.InvariantCulture);
            Assert.InRange((DateTimeOffset.UtcNow - time).TotalSeconds, -60, 60);
        }
        else
        {
            Assert.Equal("lab-node: no time by 10.20.13.140: no answer that tells it", told);
        }

        await run.SignalAsync("INT");
        await run.Ended;
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    private static async Task<string> IpAsync(string[] arguments) =>
        (await Cli.Wrap("ip").WithArguments(arguments).ExecuteBufferedAsync(TestContext.Current.CancellationToken)).StandardOutput;

    [GeneratedRegex("^lab-node: (no )?time ")]
    private static partial Regex AboutTime();
}
