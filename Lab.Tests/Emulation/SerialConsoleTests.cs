using System.Net.Sockets;
using System.Text;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Emulation.Network;
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
    public async Task A_hundred_megabytes_half_of_them_one_line_are_taken_in_and_cost_no_more_than_lines_of_their_own()
    {
        using var folder = new TemporaryFolder();
        using var log = new LogFile(Path.Combine(folder.Path, "log"));
        await using var console = new SerialConsole(Path.Combine(folder.Path, "tty"), log);
        var longest = 0;
        log.LineWritten += line => longest = Math.Max(longest, line.Length);
        var piece = new byte[1 << 20];
        Array.Fill(piece, (byte)'x');
        using (var machine = await ConnectAsync(console))
        {
            for (var i = 0; i < 100; i++)
            {
                if (i == 50)
                {
                    for (var at = 79; at < piece.Length; at += 80)
                    {
                        piece[at] = (byte)'\n';
                    }
                }

                for (var sent = 0; sent < piece.Length; )
                {
                    sent += await machine.SendAsync(piece.AsMemory(sent), TestContext.Current.CancellationToken);
                }
            }

            await machine.SendAsync("\nthe last line\n"u8.ToArray(), TestContext.Current.CancellationToken);
        }

        await console.HungUp.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
        Assert.Equal(["the last line"], log.Last(1));
        Assert.Equal(16 * 1024, longest);
        Assert.InRange(new DirectoryInfo(folder.Path).EnumerateFiles().Sum(file => file.Length), 1, 40 << 20);
    }

    [Fact]
    public async Task A_process_whose_output_is_one_endless_line_is_cut_too()
    {
        using var folder = new TemporaryFolder();
        var lab = new LabFolder("lines", Path.Combine(folder.Path, "lines"));
        Directory.CreateDirectory(lab.Run);
        using var journal = Journal.Create(lab);
        using var log = new LogFile(Path.Combine(folder.Path, "log"));
        var (length, longest) = (0L, 0);
        log.LineWritten += line => (length, longest) = (length + line.Length, Math.Max(longest, line.Length));
        var process = LabProcess.Start(
            "endless",
            CliWrap.Cli.Wrap("sh").WithArguments(["-c", "head -c 50000000 /dev/zero | tr '\\0' x; printf '\nend\r\n'"]),
            lab,
            journal,
            log,
            _ => throw new InvalidOperationException("broken")
        );
        Assert.Equal(0, await process.Exited.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken));
        Assert.Equal((50_000_003, 16 * 1024, "end"), (length, longest, log.Last(1)[0]));
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
            deadline.CancelAfter(TimeSpan.FromMinutes(3));
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
        var arguments = QemuArguments.For(
            new MachineHardware([MacAddress.Parse("02:00:00:00:00:01")], 1, 512)
            {
                Networks = [MachineNetwork.Tap("tap0")],
                Instance = new InstanceHardware("/disk", "i-1", "t4g.small"),
            },
            "firmware",
            Acceleration.Of(HostFacts.Read(), Architecture.Arm64),
            "/console",
            "/monitor",
            false
        );
        Assert.DoesNotContain(arguments, argument => argument.Contains("mux", StringComparison.Ordinal));
    }

    private static async Task<Socket> ConnectAsync(SerialConsole console)
    {
        var machine = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await machine.ConnectAsync(new UnixDomainSocketEndPoint(console.Path), TestContext.Current.CancellationToken);
        return machine;
    }
}
