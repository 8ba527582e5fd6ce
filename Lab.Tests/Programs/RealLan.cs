using System.Security.Cryptography;
using CliWrap;
using CliWrap.Buffered;
using Lab.Emulation.Linux;
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

    /// <summary>A lab of that network.</summary>
    public const string LabFile = """
        name: home
        network:
          subnet: 192.168.1.0/24
          home: { interface: eth0 }
        nodes:
          - { name: cp1, mac: "52:54:00:13:00:01", address: 192.168.1.11 }
        """;

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

    /// <summary>Asks for network boot as firmware does: DHCPDISCOVER with vendor class (option 60) and architecture (93).</summary>
    private const string Ask = """
        import os, socket, struct, sys
        mac, architecture = bytes.fromhex(sys.argv[1].replace(":", "")), int(sys.argv[2])
        vendor = b"PXEClient:Arch:%05d:UNDI:003000" % architecture
        options = bytes([53, 1, 1, 60, len(vendor)]) + vendor + bytes([93, 2, 0, architecture, 94, 3, 1, 3, 16, 97, 17]) + bytes(17) + bytes([55, 2, 3, 67, 255])
        bootp = bytes([1, 1, 6, 0]) + os.urandom(4) + b"\0\0\x80\0" + bytes(16) + mac + bytes(202) + b"\x63\x82\x53\x63" + options
        udp = struct.pack("!HHHH", 68, 67, 8 + len(bootp), 0) + bootp
        def header(checksum): return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, checksum) + bytes(4) + b"\xff" * 4
        total = sum(struct.unpack("!10H", header(0)))
        while total >> 16: total = (total & 0xffff) + (total >> 16)
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        s.bind(("asker", 0))
        s.send(b"\xff" * 6 + mac + b"\x08\x00" + header(~total & 0xffff) + udp)
        """;

    /// <summary>
    /// Boots as the EEPROM of a Raspberry Pi 4 does: DHCP with the vendor class of a PC, an answer whose option 43 says what it wants, files by
    /// TFTP from who gave that answer, at first below its serial number. Prints what it got.
    /// </summary>
    private const string Rom = """
        import os, socket, struct, subprocess, sys, time
        device, mac = sys.argv[1], bytes.fromhex(sys.argv[2].replace(":", ""))
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
        s.bind((device, 0))
        transaction = os.urandom(4)
        def send(options):
            vendor = b"PXEClient:Arch:00000:UNDI:002001"
            options += bytes([60, len(vendor)]) + vendor + bytes([93, 2, 0, 0, 94, 3, 1, 2, 1, 97, 17]) + bytes(17) + bytes([55, 8, 1, 3, 43, 60, 66, 67, 128, 129, 255])
            bootp = bytes([1, 1, 6, 0]) + transaction + b"\0\0\x80\0" + bytes(16) + mac + bytes(202) + b"\x63\x82\x53\x63" + options
            udp = struct.pack("!HHHH", 68, 67, 8 + len(bootp), 0) + bootp
            def header(checksum): return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, checksum) + bytes(4) + b"\xff" * 4
            total = sum(struct.unpack("!10H", header(0)))
            while total >> 16: total = (total & 0xffff) + (total >> 16)
            s.send(b"\xff" * 6 + mac + b"\x08\x00" + header(~total & 0xffff) + udp)
        def answers(kind, seconds):
            end = time.monotonic() + seconds
            while (left := end - time.monotonic()) > 0:
                s.settimeout(left)
                try: frame = s.recv(2048)
                except TimeoutError: return
                bootp = frame[42:]
                if frame[23] != 17 or frame[34:38] != b"\0\x43\0\x44" or bootp[4:8] != transaction: continue
                options, at = {}, 240
                while at < len(bootp) and bootp[at] != 255:
                    if bootp[at] == 0: at += 1; continue
                    options[bootp[at]] = bootp[at + 2:at + 2 + bootp[at + 1]]
                    at += 2 + bootp[at + 1]
                if options.get(53) == bytes([kind]): yield bootp, options
        send(bytes([53, 1, 1]))
        address = server = boot = None
        for bootp, options in answers(2, 3):
            if bootp[16:20] != bytes(4): address, server = bootp[16:20], options[54]
            if options.get(60, b"").startswith(b"PXEClient") and (boot is None or b"Raspberry Pi Boot" in options.get(43, b"")):
                boot, said = (bootp[20:24] if bootp[20:24] != bytes(4) else options[54]), b"Raspberry Pi Boot" in options.get(43, b"")
        print("Raspberry Pi Boot", said)
        send(bytes([53, 1, 3, 50, 4]) + address + bytes([54, 4]) + server)
        next(answers(5, 10))
        subprocess.run(["ip", "address", "add", socket.inet_ntoa(address) + "/24", "dev", device], check=True)
        def fetch(file):
            t = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            t.settimeout(10)
            t.sendto(b"\0\1" + file.encode() + b"\0octet\0", (socket.inet_ntoa(boot), 69))
            whole = b""
            while True:
                block, sender = t.recvfrom(2048)
                if block[1] != 3: return None
                whole += block[4:]
                t.sendto(b"\0\4" + block[2:4], sender)
                if len(block) < 516: return whole
        prefix = "0a1b2c3d/"
        for file in sys.argv[3:]:
            got = fetch(prefix + file)
            if got is None and prefix:
                print(prefix + file, "none")
                prefix = ""
                got = fetch(file)
            print(file, "none" if got is None else len(got) if len(got) > 99 else got.decode())
        """;

    /// <summary>Takes connections as a Talos API does, and prints a line for each.</summary>
    private const string Answer = """
        import socket
        s = socket.create_server(("192.168.1.11", 50000))
        while True:
            s.accept()[0].close()
            print("taken", flush=True)
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
        await serves.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
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
        await listens.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
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

    /// <summary>Has a machine ask for network boot, and nothing more.</summary>
    /// <param name="mac">Its MAC.</param>
    /// <param name="architecture">What it says it is, option 93.</param>
    public async Task AskAsync(string mac, int architecture)
    {
        await IpAsync($"-n {Switch} link add asker type veth peer name asker-plug");
        await IpAsync($"-n {Switch} link set asker-plug master br0 up");
        await IpAsync($"-n {Switch} link set asker up");
        await In(Switch, "python3", ["-c", Ask, mac, $"{architecture}"]).ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        await IpAsync($"-n {Switch} link delete asker");
    }

    /// <summary>Has a machine boot as a Raspberry Pi's EEPROM does, and switches it off.</summary>
    /// <param name="mac">Its MAC.</param>
    /// <param name="files">What it fetches by TFTP.</param>
    /// <returns>A line of what the answer said, and one for each file.</returns>
    public async Task<string> AsRomAsync(string mac, params string[] files)
    {
        await PlugAsync(mac);
        var ended = await In(Machine, "python3", ["-c", Rom, "eth0", mac, .. files])
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        await IpAsync($"-n {Machine} link delete eth0");
        return ended.StandardOutput + ended.StandardError;
    }

    /// <summary>Plugs in a machine that is on already, with the address 192.168.1.11 and an API that answers; completes when it was asked a second time.</summary>
    /// <param name="mac">Its MAC.</param>
    public async Task PlugInAsync(string mac)
    {
        await PlugAsync(mac, "192.168.1.11");
        var connections = 0;
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running.Add(
            In(Machine, "python3", ["-c", Answer])
                .WithStandardOutputPipe(
                    PipeTarget.ToDelegate(_ =>
                    {
                        if (++connections == 2)
                        {
                            asked.TrySetResult();
                        }
                    })
                )
                .ExecuteAsync(_stop.Token)
        );
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    /// <summary>Plugs a machine in that sends a line of its log as netconsole does, over UDP, and unplugs it. Before that it has spoken to the box.</summary>
    /// <param name="mac">Its MAC.</param>
    /// <param name="address">Its address.</param>
    /// <param name="line">The line.</param>
    public async Task SendLogAsync(string mac, string address, string line)
    {
        await PlugAsync(mac, address);
        const string send = """
            import socket, sys
            socket.create_connection((sys.argv[1], 8080)).close()
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(sys.argv[2].encode() + b"\n", (sys.argv[1], 6666))
            """;
        await In(Machine, "python3", ["-c", send, BoxAddress, line]).ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        await IpAsync($"-n {Machine} link delete eth0");
    }

    /// <summary>Runs a program of Python on a host of that network that has the addresses of many machines.</summary>
    /// <param name="addresses">The addresses.</param>
    /// <param name="program">The program's text.</param>
    /// <param name="arguments">Its arguments.</param>
    public async Task<string> FromMachinesAsync(IEnumerable<string> addresses, string program, params string[] arguments)
    {
        await PlugAsync(mac: null, [.. addresses]);
        var ended = await In(Machine, "python3", ["-c", program, .. arguments])
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        return ended.StandardOutput + ended.StandardError;
    }

    /// <summary>Plugs the machine in that is no board.</summary>
    /// <param name="mac">Its MAC; null for any.</param>
    /// <param name="addresses">Its addresses.</param>
    private async Task PlugAsync(string? mac, params string[] addresses)
    {
        await IpAsync($"link add eth0 netns {Machine} type veth peer name machine netns {Switch}");
        await IpAsync($"-n {Switch} link set machine master br0 up");
        await IpAsync($"-n {Machine} link set eth0 {(mac is null ? "" : $"address {mac} ")}up");
        foreach (var address in addresses)
        {
            await IpAsync($"-n {Machine} address add {address}/24 dev eth0");
        }
    }

    /// <summary>Starts a program on the box, which runs until the end.</summary>
    public void StartOnBox(string program, params string[] arguments) =>
        _running.Add(In(Box, program, arguments).WithValidation(CommandResultValidation.None).ExecuteAsync(_stop.Token));

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
