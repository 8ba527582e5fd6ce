using CliWrap;
using CliWrap.Buffered;

namespace Lab.Tests.Programs;

/// <summary>Machines of which only the traffic is there.</summary>
internal sealed partial class RealLan
{
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
        await asked.Task.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
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
}
