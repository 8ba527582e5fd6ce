using CliWrap;
using CliWrap.Buffered;

namespace Lab.Tests.Programs;

/// <summary>A home that has IPv6 beside IPv4.</summary>
[BootsMachines]
public sealed class Ipv6Tests : IAsyncDisposable
{
    private const string Node = "fd00:10:20:13:5054:ff:fe13:1",
        Prefix = "fd00:10:20:13:";

    /// <summary>
    /// Asks for routers (RFC 4861), and by DHCPv6 for the rest (RFC 8415, 18.2.6). Prints the router's lifetime, the largest packet and the
    /// name server (RFC 8106) of the advertisement, and name server and time server (RFC 5908) of the answer.
    /// </summary>
    private const string Ask = """
        import socket, struct, sys
        card = socket.if_nametoindex(sys.argv[1])
        text = lambda address: socket.inet_ntop(socket.AF_INET6, address)
        icmp = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.getprotobyname("ipv6-icmp"))
        icmp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
        icmp.settimeout(30)
        icmp.sendto(bytes([133]) + bytes(7), ("ff02::2", 0, 0, card))
        heard = b"\0"
        while heard[0] != 134: heard = icmp.recv(2048)
        at, options = 16, {}
        while at < len(heard):
            options[heard[at]] = heard[at + 2:at + 8 * heard[at + 1]]
            at += 8 * heard[at + 1]
        print(struct.unpack("!H", heard[6:8])[0], struct.unpack("!I", options[5][2:6])[0], text(options[25][6:22]))
        dhcp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        dhcp.bind(("::", 546))
        dhcp.settimeout(30)
        identity = struct.pack("!HHHH", 1, 10, 3, 1) + bytes.fromhex("525400660066")
        dhcp.sendto(bytes([11, 0, 1, 2]) + identity + struct.pack("!HHHH", 6, 4, 23, 56), ("ff02::1:2", 547, 0, card))
        heard, at, options = dhcp.recv(2048), 4, {}
        while at < len(heard):
            kind, size = struct.unpack("!HH", heard[at:at + 4])
            options[kind] = heard[at + 4:at + 4 + size]
            at += 4 + size
        print(text(options[23][:16]), text(options[56][4:20]))
        """;

    /// <summary>Prints what comes of a connection.</summary>
    private const string Connect = """
        import errno, socket, sys
        try: print(socket.create_connection((sys.argv[1], 80), timeout=30))
        except OSError as failure: print(errno.errorcode.get(failure.errno, failure))
        """;

    private readonly LabProgram _program = new();

    [Fact]
    public async Task A_node_makes_an_address_of_the_prefix_and_is_found_by_it()
    {
        _program.Folder.File("lab.yaml", "network: { ipv6: 'fd00:10:20:13::/64' }\n");
        var run = _program.Start("up", "--json", "--port", "0");
        await run.WaitForAsync(happened => (string?)happened["event"] == "summary");
        await SaysAsync($"lab-node: ipv6 {Node}/64 router=none");
        Assert.Equal("lab stand-in node cp1", await CurlAsync("http://cp1:50000/"));
        Assert.StartsWith("#!ipxe", await CurlAsync("http://bastion:8080/boot.ipxe"));
        Assert.Equal("{}", await CurlAsync("http://bastion:5050/v2/"));
        await run.SignalAsync("INT");
        await run.Ended;
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_machine_is_told_of_all_but_a_way_out_and_what_is_outside_is_refused_at_once()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root may add a machine to the LAN of a running lab.");
        _program.Folder.File("lab.yaml", "network: { ipv6: 'fd00:10:20:13::/64', mtu: 1492 }\n");
        var run = _program.Start("up", "--json", "--port", "0");
        await run.WaitForAsync(happened => (string?)happened["event"] == "started");
        foreach (var command in new[] { "link add guest type veth peer name guest-port", "link set guest-port master br0 up", "link set guest up" })
        {
            await InLanAsync(["ip", .. command.Split(' ')]);
        }

        await Eventually.TrueAsync(
            async () => (await InLanAsync(["ip", "-6", "-o", "address", "show", "dev", "guest", "scope", "global", "-tentative"])).Contains(Prefix),
            "the machine has an address"
        );
        Assert.Equal(
            ["0 1492 fd00:10:20:13::140", "fd00:10:20:13::140 fd00:10:20:13::140"],
            (await InLanAsync(["python3", "-c", Ask, "guest"])).Split('\n', StringSplitOptions.RemoveEmptyEntries)
        );
        Assert.Equal("ENETUNREACH\n", await InLanAsync(["python3", "-c", Connect, "2001:db8::7"]));
        await run.SignalAsync("INT");
        await run.Ended;
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task In_a_home_with_a_router_the_router_announces_the_prefix_and_Lab_does_not()
    {
        _program.Folder.File("lab.yaml", "network: { ipv6: 'fd00:10:20:13::/64' }\n");
        var run = _program.Start("up", "--lan", "home", "--json", "--port", "0");
        await run.WaitForAsync(happened => (string?)happened["event"] == "summary");
        await SaysAsync($"lab-node: ipv6 {Node}/64 router=none");
        Assert.Equal("lab stand-in node cp1", await CurlAsync("http://cp1:50000/"));
        Assert.Contains("RTR-ADVERT(eth0) fd00:10:20:13::", (await _program.RunAsync("logs", "router")).Transcript, StringComparison.Ordinal);
        Assert.DoesNotContain("RTR-ADVERT", (await _program.RunAsync("logs", "dnsmasq")).Transcript, StringComparison.Ordinal);
        await run.SignalAsync("INT");
        await run.Ended;
        await _program.NothingIsLeftAsync();
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    private Task SaysAsync(string line) =>
        Eventually.TrueAsync(
            async () => (await File.ReadAllLinesAsync(_program.Folders.Lab("lab").Log("cp1.console"), TestContext.Current.CancellationToken)).Contains(line),
            $"the stand-in says '{line}'"
        );

    private async Task<string> CurlAsync(string url) =>
        (await _program.RunAsync("exec", "--", "curl", "-6", "-s", "--max-time", "60", url)).Transcript.TrimEnd();

    private async Task<string> InLanAsync(string[] command) =>
        (
            await Cli.Wrap("ip")
                .WithArguments(["netns", "exec", _program.Folders.Lab("lab").Namespace("lan"), .. command])
                .ExecuteBufferedAsync(TestContext.Current.CancellationToken)
        ).StandardOutput;
}
