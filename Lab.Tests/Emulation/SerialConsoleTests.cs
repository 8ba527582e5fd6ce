using System.Net.Sockets;
using System.Text;
using Lab.Emulation.Machines;
using Lab.Emulation.Services;
using Lab.Model.Definition;

namespace Lab.Tests.Emulation;

/// <summary>What a machine can do through its serial lines, at QEMU's place in the socket.</summary>
public sealed class SerialConsoleTests
{
    [Fact]
    public async Task A_line_without_an_end_is_cut_and_no_character_of_it_is_lost()
    {
        using var folder = new TemporaryFolder();
        using var log = new LogFile(Path.Combine(folder.Path, "log"));
        await using var console = new SerialConsole(Path.Combine(folder.Path, "tty"), log);
        var text = new StringBuilder();
        log.LineWritten += line => text.Append(line);
        var sent = string.Concat(Enumerable.Range(0, 20_000).Select(number => $"{number}|"));
        using (var machine = await ConnectAsync(console))
        {
            await machine.SendAsync(Encoding.ASCII.GetBytes(sent), TestContext.Current.CancellationToken);
        }

        await console.HungUp.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Equal(sent, text.ToString());
        Assert.All(log.Last(1000), line => Assert.InRange(line.Length, 1, 16 * 1024));
    }

    [Fact]
    public async Task Two_serial_ports_end_in_one_log_each_with_its_own_lines_and_hear_what_is_typed()
    {
        using var folder = new TemporaryFolder();
        using var log = new LogFile(Path.Combine(folder.Path, "log"));
        await using var console = new SerialConsole(Path.Combine(folder.Path, "tty"), log);
        var heard = new byte[2];
        using (var first = await ConnectAsync(console))
        using (var second = await ConnectAsync(console))
        {
            await first.SendAsync("firm"u8.ToArray(), TestContext.Current.CancellationToken);
            await second.SendAsync("Linux\n"u8.ToArray(), TestContext.Current.CancellationToken);
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            deadline.CancelAfter(TimeSpan.FromSeconds(30));
            while (!log.Last(1).SequenceEqual(["Linux"]))
            {
                await Task.Delay(5, deadline.Token);
            }

            await first.SendAsync("ware\n"u8.ToArray(), TestContext.Current.CancellationToken);
            console.Send([1, (byte)'x']);
            foreach (var port in new[] { first, second })
            {
                Assert.Equal(2, await port.ReceiveAsync(heard, deadline.Token));
                Assert.Equal([1, (byte)'x'], heard);
            }
        }

        await console.HungUp.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Equal(["Linux", "firmware"], log.Last(10));
    }

    [Fact]
    public void No_serial_port_of_an_instance_has_a_monitor_behind_it()
    {
        var arguments = QemuArguments.For(MacAddress.Parse("02:00:00:00:00:01"), 512, "firmware", "/console", "/monitor", MachineNetwork.Tap("tap0"), false, null, new InstanceHardware("/disk", "i-1", "t4g.small"));
        Assert.DoesNotContain(arguments, argument => argument.Contains("mux", StringComparison.Ordinal));
    }

    private static async Task<Socket> ConnectAsync(SerialConsole console)
    {
        var machine = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await machine.ConnectAsync(new UnixDomainSocketEndPoint(console.Path), TestContext.Current.CancellationToken);
        return machine;
    }
}
