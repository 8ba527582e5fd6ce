using System.Globalization;

namespace Lab.Tests.Programs;

/// <summary>A home whose network carries larger packets than Ethernet's 1500 bytes.</summary>
[BootsMachines]
public sealed class MtuTests : IAsyncDisposable
{
    /// <summary>What TCP puts in a packet to a node: as much as both ends and the way between them allow.</summary>
    private const string Ask = """
        import socket, sys
        node = socket.create_connection((sys.argv[1], 50000), timeout=30)
        print(node.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG))
        """;

    /// <summary>The headers of IPv4 and TCP with its timestamps (RFC 791, 9293, 7323).</summary>
    private const int Headers = 20 + 20 + 12;

    private readonly LabProgram _program = new();

    [Fact]
    public async Task Machines_are_told_and_the_network_keeps_to_it()
    {
        _program.Folder.File("lab.yaml", "network: { mtu: 9000 }\n");
        var run = _program.Start("up", "--json", "--port", "0");
        await run.WaitForAsync(happened => (string?)happened["event"] == "summary");
        Assert.Contains("option: 26 mtu  9000", (await _program.RunAsync("logs", "dnsmasq")).Transcript, StringComparison.Ordinal);
        var largest = await _program.RunAsync("exec", "--", "python3", "-c", Ask, "10.20.13.11");
        Assert.Equal(9000 - Headers, int.Parse(largest.Transcript, CultureInfo.InvariantCulture));
        await run.SignalAsync("INT");
        await run.Ended;
        await _program.NothingIsLeftAsync();
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();
}
