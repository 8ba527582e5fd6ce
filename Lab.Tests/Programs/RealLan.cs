using System.Security.Cryptography;
using CliWrap;
using CliWrap.Buffered;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Model.Definition;

namespace Lab.Tests.Programs;

/// <summary>
/// The network of somebody's home, in namespaces of the test: a switch, a router that serves plain DHCP, and the box that runs
/// <c>lab serve</c>. Boards are plugged in and switched on.
/// </summary>
internal sealed partial class RealLan : IAsyncDisposable
{
    /// <summary>The box's address.</summary>
    public const string BoxAddress = "192.168.1.5";

    /// <summary>The MAC of the lab file's machine.</summary>
    public const string Known = "52:54:00:13:00:01";

    /// <summary>The MAC of a machine that is not in the lab file.</summary>
    public const string Unknown = "52:54:00:66:66:66";

    /// <summary>A lab of that network.</summary>
    public const string LabFile = $$"""
        name: home
        network:
          subnet: 192.168.1.0/24
          home: { interface: eth0 }
        nodes:
          - { name: cp1, mac: "{{Known}}", address: 192.168.1.11 }
        """;

    /// <summary>The options of a router that gives addresses and nothing more.</summary>
    public static readonly string[] PlainRouter = [];

    /// <summary>Prints, for each UDP packet that leaves any device of the box, from which port to which it goes.</summary>
    private const string Sniff = """
        import socket
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0003))
        print("listening", flush=True)
        while True:
            frame, (device, protocol, kind, *_) = s.recvfrom(2048)
            if kind == socket.PACKET_OUTGOING and protocol == 0x0800 and frame[23] == 17 and device != "lo":
                at = 14 + (frame[14] & 15) * 4
                print(int.from_bytes(frame[at:at + 2]), int.from_bytes(frame[at + 2:at + 4]), flush=True)
        """;

    private readonly string _id = $"home{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(3))}";
    private readonly TemporaryFolder _files = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];
    private readonly List<string> _sent = [];

    private RealLan(Func<string, LabProgram>? program) => Program = program?.Invoke(Box) ?? new LabProgram { Prefix = ["ip", "netns", "exec", Box] };

    /// <summary>The program, which runs on the box.</summary>
    public LabProgram Program { get; }

    /// <summary>The box's namespace.</summary>
    public string Box => $"{_id}-box";

    /// <summary>The packets that have left the box, as <c>FROM TO</c> UDP ports; of <see cref="SniffAsync"/>.</summary>
    public IReadOnlyList<string> Sent
    {
        get
        {
            lock (_sent)
            {
                return [.. _sent];
            }
        }
    }

    private string Switch => $"{_id}-lan";

    private string Router => $"{_id}-router";

    /// <summary>A machine's own network: the switch would answer for its address too, with its own MAC.</summary>
    private string Machine => $"{_id}-machine";

    /// <summary>The stages that were told, without those of the kernel's log, which comes when it comes.</summary>
    public static IEnumerable<string> Stages(ProgramRun run) =>
        run.Of("milestone").Where(milestone => (string?)milestone["source"] != Observation.KernelLog).Select(milestone => (string)milestone["stage"]!);

    /// <summary>Makes the network.</summary>
    /// <param name="routerOptions">Further options of the router's dnsmasq; null for a router that serves no DHCP.</param>
    /// <param name="program">Makes the program from the box's namespace; null for one that root runs there.</param>
    public static async Task<RealLan> CreateAsync(string[]? routerOptions, Func<string, LabProgram>? program = null)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "lab serve needs root.");
        var lan = new RealLan(program);
        foreach (var host in new[] { lan.Switch, lan.Box, lan.Router, lan.Machine })
        {
            await lan.IpAsync($"netns add {host}");
            await lan.IpAsync($"-n {host} link set lo up");
        }

        await lan.IpAsync($"-n {lan.Switch} link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0");
        await lan.IpAsync($"-n {lan.Switch} link set br0 up");
        foreach (var (host, plug, address) in new[] { (lan.Box, "box", BoxAddress), (lan.Router, "router", "192.168.1.1") })
        {
            await lan.IpAsync($"link add eth0 netns {host} type veth peer name {plug} netns {lan.Switch}");
            await lan.IpAsync($"-n {lan.Switch} link set {plug} master br0 up");
            await lan.IpAsync($"-n {host} address add {address}/24 dev eth0");
            await lan.IpAsync($"-n {host} link set eth0 up");
        }

        lan.Program.Folder.File("lab.yaml", LabFile);
        if (routerOptions is not null)
        {
            lan.StartRouter(routerOptions);
        }

        return lan;
    }

    /// <summary>What boards and the program need of this machine.</summary>
    public static Task<HostTools> ToolsAsync(params Architecture[] architectures) =>
        new HostInstaller(
            LabFolders.OfUser,
            _ => { },
            kinds: new MachineKinds(architectures is [] ? [Architecture.Arm64] : architectures, HaveTpm: false)
        ).ProvideAsync(install: true, tryAgain: false, TestContext.Current.CancellationToken);

    /// <summary>Starts the program and waits until it serves.</summary>
    public async Task<ProgramRun> ServeAsync(params string[] options)
    {
        await ToolsAsync();
        var run = Program.Start(["serve", "--image", "stand-in", "--json", "--port", "0", .. options]);
        await run.WaitForAsync(happened => ((string?)happened["text"])?.StartsWith("Served are", StringComparison.Ordinal) == true);
        return run;
    }

    /// <summary>Starts the router's DHCP server.</summary>
    /// <param name="furtherOptions">Options of dnsmasq.</param>
    public void StartRouter(params string[] furtherOptions)
    {
        string[] options =
        [
            "--keep-in-foreground",
            "--conf-file=/dev/null",
            "--user=root",
            "--group=root",
            "--pid-file=",
            "--port=0",
            "--interface=eth0",
            "--bind-interfaces",
            "--dhcp-range=192.168.1.100,192.168.1.120",
            "--dhcp-authoritative",
            "--no-ping",
            $"--dhcp-leasefile={Path.Combine(_files.Path, "leases")}",
            "--log-facility=-",
            .. furtherOptions,
        ];
        _running.Add(In(Router, "dnsmasq", options).WithValidation(CommandResultValidation.None).ExecuteAsync(_stop.Token));
    }

    /// <summary>Starts ISC's Kea as the router's DHCP server, and waits until it serves.</summary>
    public async Task StartKeaAsync()
    {
        var config = _files.File(
            "kea.json",
            """
            {"Dhcp4": {
              "interfaces-config": {"interfaces": ["eth0"]},
              "lease-database": {"type": "memfile", "persist": false},
              "subnet4": [{"id": 1, "subnet": "192.168.1.0/24", "pools": [{"pool": "192.168.1.100 - 192.168.1.120"}]}],
              "loggers": [{"name": "kea-dhcp4", "severity": "INFO", "output_options": [{"output": "stdout"}]}]
            }}
            """
        );
        var serves = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running.Add(
            In(Router, "kea-dhcp4", ["-c", config])
                .WithEnvironmentVariables(variables => variables.Set("KEA_PIDFILE_DIR", _files.Path).Set("KEA_LOCKFILE_DIR", _files.Path))
                .WithStandardOutputPipe(
                    PipeTarget.ToDelegate(line =>
                    {
                        if (line.Contains("DHCP4_STARTED", StringComparison.Ordinal))
                        {
                            serves.TrySetResult();
                        }
                    })
                )
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(_stop.Token)
        );
        await serves.Task.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
    }

    /// <summary>Runs a command of <c>ip</c>.</summary>
    public Task IpAsync(string arguments) => Cli.Wrap("ip").WithArguments(arguments.Split(' ')).ExecuteBufferedAsync(TestContext.Current.CancellationToken);

    /// <summary>Runs a program on the box, and gives what it wrote.</summary>
    public async Task<string> OnBoxAsync(string program, params string[] arguments) =>
        (
            await In(Box, program, arguments).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(TestContext.Current.CancellationToken)
        ).StandardOutput;

    /// <summary>Begins to note what leaves the box.</summary>
    public async Task SniffAsync()
    {
        var listens = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running.Add(
            In(Box, "python3", ["-c", Sniff])
                .WithStandardOutputPipe(
                    PipeTarget.ToDelegate(line =>
                    {
                        lock (_sent)
                        {
                            if (!listens.TrySetResult())
                            {
                                _sent.Add(line);
                            }
                        }
                    })
                )
                .ExecuteAsync(_stop.Token)
        );
        await listens.Task.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
    }

    /// <summary>Runs the program where the kernel shows eth0 as it shows Wi-Fi: with a folder <c>wireless</c>.</summary>
    public async Task<ProgramRun> ServeOverWifiAsync()
    {
        _files.File("eth0/type", "1\n");
        _files.File("eth0/operstate", "up\n");
        _files.File("eth0/wireless/link", "0\n");
        var run = new LabProgram
        {
            Prefix = [.. Program.Prefix, "sh", "-c", $"mount --bind {Path.Combine(_files.Path, "eth0")} /sys/devices/virtual/net/eth0 && exec \"$@\"", "sh"],
        };
        run.Folder.File("lab.yaml", LabFile);
        var ended = await run.RunAsync("serve", "--image", "stand-in");
        await run.DisposeAsync();
        return ended;
    }

    /// <summary>Starts a program on the box, which runs until the end.</summary>
    public void StartOnBox(string program, params string[] arguments) =>
        _running.Add(In(Box, program, arguments).WithValidation(CommandResultValidation.None).ExecuteAsync(_stop.Token));

    /// <summary>
    /// Beside the lab's own traces: no process on the box, no port that somebody listens on (state LISTEN of TCP, CLOSE of UDP). A connection
    /// that ends while the board is off already is the kernel's for a while.
    /// </summary>
    public async Task NothingIsLeftAsync()
    {
        await Program.NothingIsLeftAsync("home");
        Assert.Equal("", await OnBoxAsync("sh", "-c", "awk '$4 == \"0A\" || $4 == \"07\"' /proc/net/tcp /proc/net/udp"));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Program.DisposeAsync();
        await _stop.CancelAsync();
        foreach (var running in _running)
        {
            await running.ContinueWith(_ => { }, TaskScheduler.Default);
        }

        foreach (var host in new[] { Machine, Box, Router, Switch })
        {
            await Cli.Wrap("ip").WithArguments(["netns", "delete", host]).WithValidation(CommandResultValidation.None).ExecuteAsync();
        }

        _stop.Dispose();
        _files.Dispose();
    }

    private Command In(string host, string program, string[] arguments) => Cli.Wrap("ip").WithArguments(["netns", "exec", host, program, .. arguments]);
}
