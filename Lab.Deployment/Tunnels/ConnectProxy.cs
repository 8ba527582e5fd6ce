using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Lab.Deployment.Tunnels;

/// <summary>
/// An HTTP proxy on this machine (RFC 9110, CONNECT) that leads to the ends of a tunnel, and for all else goes its usual way. Programs find
/// it in HTTPS_PROXY, so that they use the nodes' real addresses, which their certificates name. It wants a password, which only the
/// programs that it is for have.
/// </summary>
internal sealed class ConnectProxy : IAsyncDisposable
{
    private const string User = "lab";
    private const int LongestRequest = 8 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ITunnel _tunnel;
    private readonly string _password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly HashSet<Task> _connections = [];
    private readonly Task _accepting;

    /// <summary>Begins to listen.</summary>
    /// <param name="tunnel">What it leads to. It is ended with the proxy.</param>
    public ConnectProxy(ITunnel tunnel)
    {
        _tunnel = tunnel;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Its address, with user and password.</summary>
    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://{User}:{_password}@{_listener.LocalEndpoint}"));

    /// <summary>What programs are told that are to use it.</summary>
    public IReadOnlyDictionary<string, string?> Environment =>
        new Dictionary<string, string?>
        {
            ["HTTPS_PROXY"] = Address.ToString(),
            ["https_proxy"] = Address.ToString(),
            ["NO_PROXY"] = null,
            ["no_proxy"] = null,
        };

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Task[] connections;
        lock (_connections)
        {
            connections = [.. _connections];
        }

        await Task.WhenAll(connections);
        await _tunnel.DisposeAsync();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                Add(ServeAsync(await _listener.AcceptSocketAsync(_end.Token)));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException) { }
        }
    }

    private void Add(Task connection)
    {
        lock (_connections)
        {
            _connections.RemoveWhere(ended => ended.IsCompleted);
            _connections.Add(connection);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            try
            {
                using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
                deadline.CancelAfter(Patience);
                if (await ReadAsync(client, deadline.Token) is not { } request)
                {
                    return;
                }

                if (Destination(request, out var refusal) is not { } destination)
                {
                    await SayAsync(client, refusal!);
                    return;
                }

                using var server = await ConnectAsync(destination, deadline.Token);
                await SayAsync(client, "200 Connection established");
                await Task.WhenAll(PumpAsync(client, server), PumpAsync(server, client));
            }
            catch (SocketException e)
            {
                await SayAsync(client, $"502 {e.SocketErrorCode}");
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or IOException) { }
        }
    }

    /// <summary>The lines of a request; null where it is none, or too long.</summary>
    private static async Task<string[]?> ReadAsync(Socket client, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var one = new byte[1];

        // A byte at a time: what follows the request is not the proxy's.
        while (text.Length < LongestRequest && await client.ReceiveAsync(one, cancellationToken) == 1)
        {
            text.Append((char)one[0]);
            if (one[0] == '\n' && text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                return text.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            }
        }

        return null;
    }

    private DnsEndPoint? Destination(string[] request, out string? refusal)
    {
        var credentials = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{User}:{_password}"));
        var given = request
            .Select(line => line.Split(':', 2))
            .FirstOrDefault(header => header[0].Equals("Proxy-Authorization", StringComparison.OrdinalIgnoreCase))
            ?[^1];
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes($"Basic {credentials}"), Encoding.UTF8.GetBytes(given?.Trim() ?? "")))
        {
            refusal = "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"lab\"";
            return null;
        }

        var line = request[0].Split(' ');
        if (line is not ["CONNECT", var target, _] || target.LastIndexOf(':') is not (> 0 and var colon))
        {
            refusal = "405 Method Not Allowed";
            return null;
        }

        if (!ushort.TryParse(target[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            refusal = "400 Bad Request";
            return null;
        }

        refusal = null;
        return new(target[..colon].Trim('[', ']'), port);
    }

    private async Task<Socket> ConnectAsync(DnsEndPoint destination, CancellationToken cancellationToken)
    {
        var end = _tunnel.Ends.GetValueOrDefault(destination) ?? destination;
        var socket = TunnelEnds.Socket(end);
        try
        {
            await socket.ConnectAsync(end, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _end.Token) is > 0 and var count)
            {
                for (var sent = 0; sent < count; )
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _end.Token);
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // One side is gone: the other has nothing more to get or to say.
            from.Close();
            to.Close();
        }
    }

    private async Task SayAsync(Socket client, string status)
    {
        try
        {
            await client.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n\r\n"), _end.Token);
        }
        catch (SocketException)
        {
            // It has gone.
        }
    }
}
