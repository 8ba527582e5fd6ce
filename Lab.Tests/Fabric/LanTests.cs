using System.Net;
using System.Net.Sockets;
using CliWrap;
using CliWrap.Buffered;
using Lab.Emulation.Linux;
using Lab.Emulation.Network;
using Lab.Emulation.Network.Isolation;
using Lab.Model.Definition;
using Lab.Runtime;

namespace Lab.Tests.Fabric;

/// <summary>The place of a guest is taken on a lab's LAN: devices of the bridge, and frames that a guest may send.</summary>
public sealed class LanTests : IAsyncDisposable
{
    /// <summary>Sends a frame that Python builds from what it is given.</summary>
    private const string Send = """
        import socket, sys
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        s.bind((sys.argv[1], 0))
        mac = s.getsockname()[4]

        """;

    /// <summary>Says, by ARP and to all, that an address is its own.</summary>
    private const string SpoofArp =
        Send
        + """
            ip = socket.inet_aton(sys.argv[2])
            for operation in (1, 2):
                s.send(b"\xff" * 6 + mac + b"\x08\x06" + b"\x00\x01\x08\x00\x06\x04" + bytes([0, operation]) + mac + ip + b"\xff" * 6 + ip)
            """;

    /// <summary>
    /// Says that an address is its own, to the machine whose address comes last: by a solicitation in its name, and by an advertisement
    /// (RFC 4861, 4.3 and 4.4).
    /// </summary>
    private const string SpoofNeighbour =
        Send
        + """
            import struct
            own, victim, everybody = (socket.inet_pton(socket.AF_INET6, name) for name in (sys.argv[2], sys.argv[3], "ff02::1"))
            def frame(source, kind, flags, target, option):
                def message(checksum): return struct.pack("!BBHI", kind, 0, checksum, flags << 24) + target + bytes([option, 1]) + mac
                whole = source + everybody + struct.pack("!II", 32, 58) + message(0)
                total = sum(struct.unpack("!%dH" % (len(whole) // 2), whole))
                while total >> 16: total = (total & 0xffff) + (total >> 16)
                packet = struct.pack("!IHBB", 6 << 28, 32, 58, 255) + source + everybody + message(~total & 0xffff)
                return b"\x33\x33\x00\x00\x00\x01" + mac + b"\x86\xdd" + packet
            s.send(frame(own, 135, 0, victim, 1))
            s.send(frame(socket.inet_pton(socket.AF_INET6, "fe80::66"), 136, 0x20, own, 2))
            """;

    /// <summary>Says that it is the router of all (RFC 4861, 4.2), and that fd00:7::/64 is here.</summary>
    private const string AdvertiseRouter =
        Send
        + """
            import struct
            source, target = socket.inet_pton(socket.AF_INET6, "fe80::66"), socket.inet_pton(socket.AF_INET6, "ff02::1")
            prefix = bytes([3, 4, 64, 0xc0]) + struct.pack("!III", 3600, 3600, 0) + socket.inet_pton(socket.AF_INET6, "fd00:7::")
            body = struct.pack("!BBHII", 64, 0, 1800, 0, 0) + bytes([1, 1]) + mac + prefix
            def message(checksum): return struct.pack("!BBH", 134, 0, checksum) + body
            whole = source + target + struct.pack("!II", len(body) + 4, 58) + message(0)
            total = sum(struct.unpack("!%dH" % (len(whole) // 2), whole))
            while total >> 16: total = (total & 0xffff) + (total >> 16)
            packet = struct.pack("!IHBB", 6 << 28, len(body) + 4, 58, 255) + source + target + message(~total & 0xffff)
            s.send(b"\x33\x33\x00\x00\x00\x01" + mac + b"\x86\xdd" + packet)
            """;

    /// <summary>Prints who says by ARP to have which address, a line each, until it hears of the last argument.</summary>
    private const string ListenForArp = """
        import socket, sys
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806))
        s.bind((sys.argv[1], 0))
        s.settimeout(60)
        print("listening", flush=True)
        while True:
            frame = s.recv(2048)
            print(socket.inet_ntoa(frame[28:32]), frame[22:28].hex(":"), flush=True)
            if socket.inet_ntoa(frame[38:42]) == sys.argv[2]: break
        """;

    private readonly TemporaryFolder _files = new();
    private readonly List<Journal> _journals = [];
    private readonly List<LabFolder> _folders = [];
    private readonly Stack<IAsyncDisposable> _made = new();
    private readonly LabDefinition _lab = new();

    [Fact]
    public async Task Who_says_by_arp_to_be_the_bastion_is_not_heard()
    {
        var fabric = await CreateAsync(_lab);
        await AddGuestAsync(fabric, "one", "10.20.13.66");
        await AddGuestAsync(fabric, "two", "10.20.13.67");
        var heard = new List<string>();
        var listens = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var listening = fabric
            .Wrap(LabHost.Lan, "python3", ["-c", ListenForArp, "two", "10.20.13.99"])
            .WithStandardOutputPipe(
                PipeTarget.ToDelegate(line =>
                {
                    heard.Add(line);
                    listens.TrySetResult();
                })
            )
            .ExecuteAsync(TestContext.Current.CancellationToken);
        await listens.Task.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);

        await RunAsync(fabric, "python3", "-c", SpoofArp, "one", $"{_lab.Bastion.Address}");
        await RunAsync(fabric, "python3", "-c", SpoofArp, "one", "10.20.13.66");
        // The bastion itself asks by ARP for whom it wants to send something.
        using var socket = fabric.CreateSocket(SocketType.Dgram);
        await socket.SendToAsync("x"u8.ToArray(), new IPEndPoint(IPAddress.Parse("10.20.13.99"), 9), TestContext.Current.CancellationToken);
        await listening;

        var guest = heard.Where(line => line.StartsWith("10.20.13.66 ", StringComparison.Ordinal)).Distinct().Single().Split(' ')[1];
        var bastion = heard.Where(line => line.StartsWith($"{_lab.Bastion.Address} ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]).Distinct();
        Assert.NotEqual(guest, Assert.Single(bastion));
    }

    [Fact]
    public async Task Who_says_by_neighbour_discovery_to_be_the_bastion_is_not_heard()
    {
        const string Bastion = "fd00:10:20:13::140",
            Other = "fd00:10:20:13::99",
            Victim = "fd00:10:20:13::67",
            Known = "02:00:00:00:00:01";
        var fabric = await CreateAsync(_lab with { Network = _lab.Network with { Ipv6 = Ipv6Prefix.Parse("fd00:10:20:13::/64") } });
        await AddGuestAsync(fabric, "one", "10.20.13.66");
        await AddGuestAsync(fabric, "two", "10.20.13.67");
        await RunAsync(fabric, "ip", "address", "add", $"{Victim}/64", "dev", "two", "nodad");
        foreach (var address in new[] { Bastion, Other })
        {
            await RunAsync(fabric, "ip", "neighbour", "replace", address, "lladdr", Known, "dev", "two", "nud", "stale");
        }

        var guest = (await RunAsync(fabric, "cat", "/sys/class/net/one/address")).Trim();
        await Eventually.TrueAsync(
            async () =>
            {
                await RunAsync(fabric, "python3", "-c", SpoofNeighbour, "one", Bastion, Victim);
                await RunAsync(fabric, "python3", "-c", SpoofNeighbour, "one", Other, Victim);
                return (await NeighbourAsync(Other)).Contains(guest, StringComparison.Ordinal);
            },
            "it is heard in the name of another"
        );
        Assert.Contains(Known, await NeighbourAsync(Bastion), StringComparison.Ordinal);

        Task<string> NeighbourAsync(string address) => RunAsync(fabric, "ip", "neighbour", "show", address, "dev", "two");
    }

    [Fact]
    public async Task A_guest_that_says_it_is_a_router_gets_no_traffic_of_the_bastion()
    {
        var fabric = await CreateAsync(_lab);
        await AddGuestAsync(fabric, "one", "10.20.13.66");
        await AddGuestAsync(fabric, "two", "10.20.13.67");
        var routes = "";
        await Eventually.TrueAsync(
            async () =>
            {
                await RunAsync(fabric, "python3", "-c", AdvertiseRouter, "one");
                routes = await RunAsync(fabric, "ip", "-6", "route", "show", "dev", "two");
                return routes.Contains("default via fe80::66", StringComparison.Ordinal);
            },
            "another guest believes it"
        );
        Assert.Contains("fd00:7::", routes, StringComparison.Ordinal);

        var ofBastion = (
            await fabric.Wrap(LabHost.Bastion, "ip", ["-6", "route", "show"]).ExecuteBufferedAsync(TestContext.Current.CancellationToken)
        ).StandardOutput;
        Assert.DoesNotContain("default", ofBastion, StringComparison.Ordinal);
        Assert.DoesNotContain("fd00:7::", ofBastion, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_labs_and_this_machine_cannot_be_reached_by_their_addresses()
    {
        var other = _lab with
        {
            Name = "other",
            Network = _lab.Network with { Vpc = IPNetwork.Parse("10.99.0.0/16"), PrivateSubnet = IPNetwork.Parse("10.99.13.0/24") },
            Bastion = _lab.Bastion with { Address = IPAddress.Parse("10.99.13.2") },
        };
        var (fabric, foreign) = (await CreateAsync(_lab), await CreateAsync(other));
        await AddGuestAsync(fabric, "one", "10.20.13.66");
        using var ofForeign = foreign.Bind(new IPEndPoint(other.Bastion.Address, 8080));
        ofForeign.Listen();
        using var ofHost = new TcpListener(IPAddress.Any, 0);
        ofHost.Start();
        var port = ((IPEndPoint)ofHost.LocalEndpoint).Port;
        using var reached = await foreign.ConnectAsync(other.Bastion.Address, 8080, TestContext.Current.CancellationToken);

        foreach (var host in new[] { LabHost.Lan, LabHost.Bastion })
        {
            await CannotAsync(fabric, host, new IPEndPoint(other.Bastion.Address, 8080));
            foreach (var address in HostAddresses())
            {
                await CannotAsync(fabric, host, new IPEndPoint(address, port));
            }
        }
    }

    [Fact]
    public async Task Every_dhcp_server_of_a_network_is_found_with_what_it_offers()
    {
        var fabric = await CreateAsync(_lab);
        await AddGuestAsync(fabric, "one", "10.20.13.66");
        Assert.Empty(await AskAsync(fabric, TimeSpan.FromSeconds(1)));

        var dnsmasq = ProgramRequirement.OnPath("dnsmasq") ?? "/usr/sbin/dnsmasq";
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var serving = fabric
            .Wrap(
                LabHost.Lan,
                dnsmasq,
                [
                    "--keep-in-foreground",
                    "--conf-file=/dev/null",
                    "--user=root",
                    "--group=root",
                    "--pid-file=",
                    "--port=0",
                    "--interface=one",
                    "--bind-interfaces",
                    "--dhcp-range=10.20.13.200,10.20.13.220",
                    "--dhcp-boot=other.efi",
                    "--dhcp-authoritative",
                    $"--dhcp-leasefile={Path.Combine(_files.Path, "leases")}",
                    "--log-facility=-",
                ]
            )
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(stop.Token);
        IReadOnlyList<DhcpOffer> offers = [];
        await Eventually.TrueAsync(async () => (offers = await AskAsync(fabric, TimeSpan.FromSeconds(5))).Count > 0, "the other server answers");
        var offer = Assert.Single(offers);
        Assert.Equal((IPAddress.Parse("10.20.13.66"), "other.efi"), (offer.Server, offer.BootFile));
        Assert.InRange(offer.Address.GetAddressBytes()[3], 200, 220);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await serving);
    }

    [Fact]
    public async Task A_way_in_is_for_the_user_of_the_lab_and_root_alone()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Another user is needed to ask as.");

        var fabric = await CreateAsync(_lab);
        using var listener = fabric.Bind(new IPEndPoint(_lab.Bastion.Address, 8080));
        listener.Listen();
        var serving = Task.Run(
            async () =>
            {
                while (!TestContext.Current.CancellationToken.IsCancellationRequested)
                {
                    using var client = await listener.AcceptAsync(TestContext.Current.CancellationToken);
                    await client.ReceiveAsync(new byte[4096], TestContext.Current.CancellationToken);
                    await client.SendAsync(
                        "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret"u8.ToArray(),
                        TestContext.Current.CancellationToken
                    );
                }
            },
            TestContext.Current.CancellationToken
        );
        await using (var forward = PortForward.Open(fabric, _lab.Bastion.Address, 8080))
        {
            string[] ask = ["curl", "-s", "--max-time", "20", $"http://127.0.0.1:{forward.LocalPort}/generic"];
            Assert.Equal("secret", await OutputAsync(ask));
            Assert.Equal("", await OutputAsync(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", .. ask]));
        }

        listener.Dispose();
        await serving.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        while (_made.TryPop(out var made))
        {
            await made.DisposeAsync();
        }

        _journals.ForEach(journal => journal.Dispose());
        foreach (var folder in _folders)
        {
            await CleanUp.RunAsync(folder, CancellationToken.None);
        }

        _files.Dispose();
    }

    private static async Task<string> OutputAsync(string[] command) =>
        (
            await Cli.Wrap(command[0])
                .WithArguments(command[1..])
                .WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync(TestContext.Current.CancellationToken)
        ).StandardOutput;

    private static Task<IReadOnlyList<DhcpOffer>> AskAsync(LabFabric fabric, TimeSpan patience) =>
        DhcpDiscovery.AskAsync(fabric, LabHost.Bastion, LabFabric.BastionDevice, patience, TestContext.Current.CancellationToken);

    private static async Task CannotAsync(LabFabric fabric, LabHost host, IPEndPoint target)
    {
        using var socket = fabric.CreateSocket(host, AddressFamily.InterNetwork, SocketType.Stream);
        var thrown = await Assert.ThrowsAsync<SocketException>(async () => await socket.ConnectAsync(target, TestContext.Current.CancellationToken));
        Assert.Equal(SocketError.NetworkUnreachable, thrown.SocketErrorCode);
    }

    /// <summary>Loopback is each host's own, and so is not listed.</summary>
    private static IEnumerable<IPAddress> HostAddresses() =>
        System
            .Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(device => device.GetIPProperties().UnicastAddresses)
            .Select(one => one.Address)
            .Where(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));

    [Fact]
    public async Task Who_asks_for_the_internet_is_told_at_once_that_there_is_none()
    {
        var fabric = await CreateAsync(_lab);
        await AddGuestAsync(fabric, "one", "10.20.13.66");
        await RunAsync(fabric, "ip", "route", "add", "default", "via", $"{_lab.Bastion.Address}");
        var said = await RunAsync(
            fabric,
            "python3",
            "-c",
            """
            import socket
            s = socket.socket()
            s.settimeout(100)
            try: s.connect(("198.51.100.7", 80))
            except OSError as e: print(e)
            """
        );
        Assert.Contains("unreachable", said);
    }

    private static async Task<string> RunAsync(LabFabric fabric, string program, params string[] arguments) =>
        (await fabric.Wrap(LabHost.Lan, program, arguments).ExecuteBufferedAsync(TestContext.Current.CancellationToken)).StandardOutput;

    /// <summary>A device with an address, on the end of a cable whose other end is in the bridge.</summary>
    private static async Task AddGuestAsync(LabFabric fabric, string name, string address)
    {
        await RunAsync(fabric, "ip", "link", "add", name, "type", "veth", "peer", "name", $"{name}-port");
        await RunAsync(fabric, "ip", "link", "set", $"{name}-port", "master", "br0", "up");
        await RunAsync(fabric, "ip", "address", "add", $"{address}/24", "dev", name);
        await RunAsync(fabric, "ip", "link", "set", name, "up");
    }

    private async Task<LabFabric> CreateAsync(LabDefinition lab)
    {
        var folder = new LabFolders(Path.Combine(_files.Path, "state"), LabFolders.OfUser.Cache).Lab(lab.Name);
        Directory.CreateDirectory(folder.Run);
        Directory.CreateDirectory(folder.Logs);
        var journal = Journal.Create(folder);
        _journals.Add(journal);
        _folders.Add(folder);
        var fabric = await LabFabric.CreateAsync(lab, folder, journal, HelperProgram.SocketBroker, TestContext.Current.CancellationToken);
        _made.Push(fabric);
        return fabric;
    }
}
