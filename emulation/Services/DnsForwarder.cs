using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Lab.Emulation.Network;

namespace Lab.Emulation.Services;

/// <summary>
/// The name server's way out: what arrives on port 53 of the bastion's loopback, over UDP or TCP, is asked of the host's first
/// resolver, and its answer goes back unchanged.
/// </summary>
public sealed partial class DnsForwarder : IAsyncDisposable
{
    private const int LargestDatagram = 65535;
    private static readonly IPEndPoint Endpoint = new(IPAddress.Loopback, 53);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _udp;
    private readonly Socket _tcp;
    private readonly IPEndPoint? _resolver;
    private readonly Task _running;

    private DnsForwarder(ILabFabric fabric, IPEndPoint? resolver)
    {
        _resolver = resolver;
        _udp = fabric.CreateSocket(SocketType.Dgram);
        _udp.Bind(Endpoint);
        _tcp = fabric.Bind(Endpoint);
        _tcp.Listen();
        _running = Task.WhenAll(ServeUdpAsync(), ServeTcpAsync());
    }

    /// <summary>Where the name server sends what it cannot answer itself, in dnsmasq's form.</summary>
    public static string Address => $"{Endpoint.Address}#{Endpoint.Port}";

    /// <summary>Starts forwarding to the first name server of the host's <c>/etc/resolv.conf</c>; without one, nothing is answered.</summary>
    public static DnsForwarder Start(ILabFabric fabric) => new(fabric, OfHost());

    /// <summary>The first name server of the host's <c>/etc/resolv.conf</c>; null without one.</summary>
    public static IPEndPoint? OfHost() => Resolver(File.Exists("/etc/resolv.conf") ? File.ReadAllText("/etc/resolv.conf") : "");

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _udp.Dispose();
        _tcp.Dispose();
        await _running;
        _stop.Dispose();
    }

    private static IPEndPoint? Resolver(string resolvConf) =>
        NameServerLine().Match(resolvConf) is { Success: true } line && IPAddress.TryParse(line.Groups["address"].Value, out var address)
            ? new IPEndPoint(address, 53)
            : null;

    private async Task ServeUdpAsync()
    {
        var buffer = new byte[LargestDatagram];
        while (!_stop.IsCancellationRequested)
        {
            var query = await Try(() => _udp.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token).AsTask());
            if (query.ReceivedBytes > 0)
            {
                _ = Try(() => AskAsync(buffer.AsSpan(0, query.ReceivedBytes).ToArray(), query.RemoteEndPoint));
            }
        }
    }

    private async Task<bool> AskAsync(byte[] query, EndPoint client)
    {
        if (_resolver is null)
        {
            return false;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        patience.CancelAfter(Patience);
        using var socket = new Socket(_resolver.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(_resolver, patience.Token);
        await socket.SendAsync(query, patience.Token);
        var answer = new byte[LargestDatagram];
        var length = await socket.ReceiveAsync(answer, patience.Token);
        await _udp.SendToAsync(answer.AsMemory(0, length), client, patience.Token);
        return true;
    }

    private async Task ServeTcpAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            if (await Try(() => _tcp.AcceptAsync(_stop.Token).AsTask()) is { } client)
            {
                _ = Try(() => RelayAsync(client));
            }
        }
    }

    private async Task<bool> RelayAsync(Socket client)
    {
        using (client)
        {
            if (_resolver is null)
            {
                return false;
            }

            using var server = new Socket(_resolver.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await server.ConnectAsync(_resolver, _stop.Token);
            await StreamRelay.RunAsync(client, server, _stop.Token);
            return true;
        }
    }

    /// <summary>A resolver that cannot be reached is the asker's time-out, not this program's failure.</summary>
    private static async Task<T?> Try<T>(Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or IOException)
        {
            return default;
        }
    }

    [GeneratedRegex(@"^nameserver\s+(?<address>\S+)", RegexOptions.Multiline)]
    private static partial Regex NameServerLine();
}
