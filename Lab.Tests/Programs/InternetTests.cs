using CliWrap;
using CliWrap.Buffered;
using Lab.Emulation.Linux;

namespace Lab.Tests.Programs;

/// <summary>
/// A lab with <c>network.internet: nat</c> in a namespace that stands for this machine, joined to another one that stands for the internet.
/// </summary>
[BootsMachines]
public sealed class InternetTests : IAsyncLifetime
{
    private const string Serve = """
        import http.server, sys
        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(("from " + self.client_address[0]).encode())
            def log_message(self, *arguments): pass
        server = http.server.HTTPServer((sys.argv[1], 8000), Answer)
        print("listening", flush=True)
        server.serve_forever()
        """;

    private readonly string _box = $"labtest-box-{Guid.NewGuid():N}"[..20];
    private readonly string _far = $"labtest-far-{Guid.NewGuid():N}"[..20];
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _serving = [];
    private LabProgram _program = null!;

    public async ValueTask InitializeAsync()
    {
        await new HostInstaller(LabFolders.OfUser, _ => { }).ProvideAsync(install: true, tryAgain: false, TestContext.Current.CancellationToken);
        _program = new LabProgram { Prefix = ["ip", "netns", "exec", _box] };
        foreach (var command in new[] { $"netns add {_box}", $"netns add {_far}", $"link add way netns {_box} type veth peer name eth0 netns {_far}" })
        {
            await IpAsync(command);
        }

        foreach (var (host, device, address) in new[] { (_box, "way", "198.51.100.1"), (_far, "eth0", "198.51.100.7") })
        {
            await IpAsync($"-n {host} address add {address}/24 dev {device}");
            await IpAsync($"-n {host} link set {device} up");
            await IpAsync($"-n {host} link set lo up");
            await ServeAsync(host, address);
        }
    }

    [Fact]
    public async Task A_machine_reaches_what_this_machine_reaches_and_not_this_machine()
    {
        _program.Folder.File("lab.yaml", "network: { internet: nat }\n");
        var run = _program.Start("up", "--json");
        await run.WaitForAsync(happened => (string?)happened["event"] == "summary");
        Assert.Contains("network.internet: nat: the nodes reach the internet through this machine, by TCP.", run.Transcript);

        foreach (
            var command in new[]
            {
                "link add guest type veth peer name guest-port",
                "link set guest-port master br0 up",
                "address add 10.20.13.66/24 dev guest",
                "link set guest up",
                "route add default via 10.20.13.140",
            }
        )
        {
            Assert.Equal("", (await InLanAsync(run.Pid, ["ip", .. command.Split(' ')])).StandardError);
        }

        Assert.Equal("from 198.51.100.1", (await CurlAsync(run.Pid, "http://198.51.100.7:8000/")).StandardOutput);
        Assert.NotEqual(0, (await CurlAsync(run.Pid, "http://198.51.100.1:8000/")).ExitCode);
        Assert.NotEqual(0, (await CurlAsync(run.Pid, "http://169.254.169.254:8000/")).ExitCode);
        Assert.NotEqual(0, (await CurlAsync(run.Pid, "http://198.51.100.7:8001/")).ExitCode);

        await run.SignalAsync("INT");
        await run.Ended;
        Assert.Equal(0, run.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        await _stop.CancelAsync();
        await Task.WhenAll(_serving).ContinueWith(_ => { }, TaskScheduler.Default);
        await IpAsync($"netns delete {_box}");
        await IpAsync($"netns delete {_far}");
        _stop.Dispose();
    }

    private static Task IpAsync(string arguments) => Cli.Wrap("ip").WithArguments(arguments.Split(' ')).ExecuteBufferedAsync(CancellationToken.None);

    private Task<BufferedCommandResult> CurlAsync(int pid, string url) => InLanAsync(pid, ["curl", "-s", "--max-time", "60", url]);

    /// <summary>The names of the lab's namespaces are known where the program runs.</summary>
    private async Task<BufferedCommandResult> InLanAsync(int pid, string[] command) =>
        await Cli.Wrap("nsenter")
            .WithArguments(["--target", $"{pid}", "--mount", "ip", "netns", "exec", _program.Folders.Lab("lab").Namespace("lan"), .. command])
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);

    private async Task ServeAsync(string host, string address)
    {
        var listens = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _serving.Add(
            Cli.Wrap("ip")
                .WithArguments(["netns", "exec", host, "python3", "-c", Serve, address])
                .WithStandardOutputPipe(PipeTarget.ToDelegate(_ => listens.TrySetResult()))
                .ExecuteAsync(_stop.Token)
        );
        await listens.Task.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
    }
}
