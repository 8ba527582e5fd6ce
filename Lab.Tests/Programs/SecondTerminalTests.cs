using System.Net;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Tests.Dashboard;

namespace Lab.Tests.Programs;

/// <summary>A lab that runs in one terminal and is used from another.</summary>
[Collection(VirtualMachines.Name)]
public sealed class SecondTerminalTests : IAsyncDisposable
{
    private readonly LabProgram _program = new();

    [Fact]
    public async Task Its_logs_are_read_its_services_restarted_its_nodes_power_cycled_and_its_console_attached()
    {
        var run = _program.Start("up", "--json", "--port", "0");
        await run.WaitForAsync(happened => (string?)happened["event"] == "summary");
        var serving = run.Of("serving").Single();
        var link = (string)serving["dashboard"]!;

        var page = new Uri(link).GetLeftPart(UriPartial.Path);
        var shown = await _program.RunAsync("dashboard");
        Assert.Contains(page, shown.Transcript);
        Assert.DoesNotContain(link, shown.Transcript);
        using var browser = LocalNames.Client();
        var links = shown.Transcript.Split().Where(word => word.StartsWith(page, StringComparison.Ordinal)).Append(link).ToList();
        Assert.Equal(2, links.Count);
        foreach (var once in links)
        {
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(once, TestContext.Current.CancellationToken)).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync(once, TestContext.Current.CancellationToken)).StatusCode);
        }

        Assert.Contains($"-e ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL={serving["resourceService"]} ", shown.Transcript);
        Assert.Contains(page, (await _program.RunAsync("ps")).Transcript);
        Assert.DoesNotContain("/login", (await _program.RunAsync("ps", "--json")).Transcript);
        var wide = (await _program.RunAsync("ps", "-o", "wide")).Transcript;
        Assert.Matches(@"(?m)^  NODE +STATE +ROLE +ARCH +CPUS +MEMORY +DISK +IMAGE +ADDRESS +FORWARDS +UP +RESTARTS$", wide);
        Assert.Matches(@"(?m)^  cp1 +ready +controlplane +arm64 +1 +512 MiB +8 GiB +stand-in +10\.20\.13\.11 +127\.0\.0\.1:\d+ +\d+ (s|min) +0$", wide);
        Assert.Matches(@"(?m)^  dns +Healthy +10\.20\.13\.140:53 +- +\d+ (s|min) +0$", wide);
        var access = Path.Combine(_program.Folders.Lab("lab").Run, "access.json");
        Assert.True(OperatingSystem.IsLinux() && File.GetUnixFileMode(access) == (UnixFileMode.UserRead | UnixFileMode.UserWrite), "others may read it");

        var restart = await _program.RunAsync("restart", "dns");
        Assert.True(restart.ExitCode == 0, restart.Transcript);
        var logs = await _program.RunAsync("logs", "dns");
        Assert.Equal(2, logs.Transcript.Split('\n').Count(line => line.Contains("started, version", StringComparison.Ordinal)));

        foreach (
            var (arguments, message) in new[]
            {
                (new[] { "stop", "cp1" }, "cp1 has no command 'stop'. It has: start, power-off, power-cycle, reset-disk, reset-firmware, console."),
                (["start", "dns"], "dns is Healthy: 'start' does nothing now."),
                (["logs", "dsn"], "The lab has no resource 'dsn'. Did you mean dns? It has: "),
                (["restart", "dnsmask"], "The lab has no resource 'dnsmask'. Did you mean dnsmasq? It has: "),
                (["restart", "dns", "--name", "other"], "Lab other is not running"),
                (["console", "cp9"], "Lab lab has no node 'cp9'. Did you mean cp1? It has: cp1."),
                (["console", "cp1"], "console needs a terminal to type on, and there is none here. Read what cp1 writes with: "),
            }
        )
        {
            var refused = await _program.RunAsync(arguments);
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains(message, refused.Errors);
        }

        var known = run.Of("milestone").Count();
        await using var console = await UnixSocket.ConnectAsync(
            ConsoleServer.SocketPath(_program.Folders.Lab("lab"), "cp1"),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(0, (await _program.RunAsync("power-cycle", "cp1")).ExitCode);
        await run.WaitForAsync(_ => run.Of("milestone").Skip(known).Any(milestone => (string?)milestone["stage"] == "ready"));
        Assert.Matches(@"(?m)^  cp1 +ready .* 1$", (await _program.RunAsync("ps", "-o", "wide")).Transcript);
        await ReadUntilTwiceAsync(console, "UEFI firmware");
        await run.SignalAsync("INT");
        await run.Ended;
        Assert.Equal(0, run.ExitCode);
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task The_dashboard_answers_on_another_port_where_the_wanted_one_is_taken_and_nowhere_when_it_is_not_wanted()
    {
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var wanted = ((IPEndPoint)taken.LocalEndpoint).Port;
        var run = _program.Start("up", "--json", "--port", $"{wanted}");
        var link = new Uri((string)(await run.WaitForAsync(happened => (string?)happened["event"] == "serving"))["dashboard"]!);
        Assert.NotEqual(wanted, link.Port);
        using var client = LocalNames.Client();
        using var page = await client.GetAsync(link, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        await run.SignalAsync("INT");
        await run.Ended;

        var alone = _program.Start("up", "--json", "--no-dashboard");
        await alone.WaitForAsync(happened => (string?)happened["event"] == "started");
        var serving = alone.Of("serving").Single();
        Assert.Equal((null, null), ((string?)serving["dashboard"], (string?)serving["resourceService"]));
        Assert.Equal(0, (await _program.RunAsync("logs", "dnsmasq")).ExitCode);
        await alone.SignalAsync("INT");
        await alone.Ended;
    }

    [Fact]
    public async Task With_an_OTLP_endpoint_each_resource_tells_of_itself_and_a_boot_is_a_trace_with_its_stages_and_requests()
    {
        await using var collector = new OtlpReceiver();
        await collector.StartAsync();
        _program.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url;
        _program.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        var run = await _program.RunAsync("up", "--once", "--json");
        Assert.True(run.ExitCode == 0, run.Transcript);

        var boot = Assert.Single(collector.Spans, span => span.Name == "boot cp1");
        var parts = collector.Spans.Where(span => span.Trace == boot.Trace && span.Parent == boot.Id).ToList();
        Assert.Equal("cp1", boot.Service);
        Assert.All(BootStages.All, stage => Assert.Contains(parts, span => span.Service == "cp1" && span.Name == stage.Id()));
        // What the node asked of the boot server stands in the trace of its boot; what it asked before it said who it is does not.
        Assert.Contains(parts, span => span is { Service: "boot-server", Name: "GET /ipxe" });
        Assert.Contains(parts, span => span.Service == "boot-server" && span.Name.EndsWith("/vmlinuz", StringComparison.Ordinal));
        Assert.Contains(collector.Spans, span => span is { Service: "boot-server", Name: "GET /boot.ipxe" });

        var metrics = string.Concat(collector.Of("/v1/metrics"));
        Assert.All(new[] { "lab.boot.duration", "lab.boot.stage.duration", "lab.resource.healthy" }, name => Assert.Contains(name, metrics));
        Assert.Superset(new HashSet<string> { "cp1", "dnsmasq", "boot-server", "aws" }, collector.Services("/v1/metrics").ToHashSet());
        Assert.Superset(new HashSet<string> { "cp1", "dnsmasq", "boot-server" }, collector.Services("/v1/logs").ToHashSet());
        Assert.Contains("EFI stub: Booting Linux Kernel", string.Concat(collector.Of("/v1/logs")));
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    private static async Task ReadUntilTwiceAsync(Stream console, string text)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(3));
        var (read, bytes) = ("", new byte[4096]);
        while (read.Split(text).Length < 3)
        {
            var length = await console.ReadAsync(bytes, patience.Token);
            Assert.NotEqual(0, length);
            read += System.Text.Encoding.Latin1.GetString(bytes, 0, length);
        }
    }
}
