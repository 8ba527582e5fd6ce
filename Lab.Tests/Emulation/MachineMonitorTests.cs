using System.Net.Sockets;
using System.Text;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Model.Definition;

namespace Lab.Tests.Emulation;

/// <summary>What QEMU tells of a machine that it pauses. A host whose disk is full cannot be had on demand: its messages are QEMU's, recorded.</summary>
public sealed class MachineMonitorTests : IDisposable
{
    private readonly TemporaryFolder _files = new();

    [Theory]
    [InlineData("true", "No space left on device", "the host's disk is full")]
    [InlineData("false", "Input/output error", "its disk cannot be read or written: Input/output error")]
    public async Task A_pause_is_told_with_its_reason_and_its_end(string noSpace, string reason, string expected)
    {
        var path = Path.Combine(_files.Path, "monitor.sock");
        using var monitor = new MachineMonitor(path);
        var told = System.Threading.Channels.Channel.CreateUnbounded<string?>();
        monitor.Paused += why => told.Writer.TryWrite(why);

        using var qemu = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await qemu.ConnectAsync(new UnixDomainSocketEndPoint(path), TestContext.Current.CancellationToken);
        await qemu.SendAsync(
            Encoding.UTF8.GetBytes(
                $$$"""
                {"QMP": {"version": {"qemu": {"micro": 19, "minor": 2, "major": 7}, "package": ""}, "capabilities": ["oob"]}}
                {"return": {}}
                {"timestamp": {"seconds": 1795000000, "microseconds": 1}, "event": "BLOCK_IO_ERROR", "data": {"device": "disk0", "nospace": {{{noSpace}}}, "node-name": "#block1", "reason": "{{{reason}}}", "operation": "write", "action": "stop"}}
                {"timestamp": {"seconds": 1795000000, "microseconds": 2}, "event": "STOP"}
                {"timestamp": {"seconds": 1795000009, "microseconds": 3}, "event": "RESUME"}

                """
            ),
            TestContext.Current.CancellationToken
        );

        Assert.Equal(expected, await told.Reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Null(await told.Reader.ReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Disks_that_could_exceed_what_is_free_are_told_before_they_do()
    {
        var lab = new LabDefinition { Nodes = [NodeDefinition.First with { DiskGib = 100 }] };
        var folder = new LabFolder("disks", _files.Path);
        Assert.Null(NodeDisk.Warning(lab, folder, free: 101L << 30));
        Assert.StartsWith(
            "The disks of the nodes may grow to 100 GiB, and 99.0 GiB are free in",
            NodeDisk.Warning(lab, folder, free: 99L << 30),
            StringComparison.Ordinal
        );
    }

    public void Dispose() => _files.Dispose();
}
