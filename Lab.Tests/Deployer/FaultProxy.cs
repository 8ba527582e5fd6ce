using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Web;

namespace Lab.Tests.Deployer;

/// <summary>What goes wrong with a call.</summary>
public enum Fault
{
    None,

    /// <summary>The service says that it broke down, and did nothing.</summary>
    ServerError,

    /// <summary>The service asks to slow down, and did nothing.</summary>
    Throttled,

    /// <summary>The caller may not do that.</summary>
    Denied,

    /// <summary>The connection breaks before the call takes effect.</summary>
    ResetBefore,

    /// <summary>The connection breaks after the call took effect.</summary>
    ResetAfter,

    /// <summary>The call takes effect, and no answer comes.</summary>
    TimeoutAfter,
}

/// <summary>
/// Stands between the SDK and moto: lets calls fail on demand, counts those that write, and makes moto as strict as AWS where it is not:
/// a NAT gateway is pending at first, what was just in use cannot be deleted at once, DHCP options get the tags of their create call.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly HttpClient _client = new();
    private readonly Uri _moto;
    private readonly CancellationTokenSource _stopped = new();
    private readonly Task _serving;
    private readonly HashSet<string> _delayed = [];
    private int _natLooks;

    public FaultProxy(Uri moto)
    {
        _moto = moto;
        _listener.Start();
        Endpoint = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _serving = ServeAsync();
    }

    public Uri Endpoint { get; }

    /// <summary>Decides what goes wrong with a writing call, given its operation.</summary>
    public Func<string, Fault> Decide { get; set; } = _ => Fault.None;

    /// <summary>The operations that wrote, in order.</summary>
    public List<string> Writes { get; } = [];

    /// <summary>True: no call gets through any more, as after a kill.</summary>
    public bool IsDead { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        _listener.Dispose();
        await _serving;
        _client.Dispose();
        _stopped.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_stopped.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptSocketAsync(_stopped.Token);
                _ = HandleAsync(socket);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task HandleAsync(Socket socket)
    {
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: false);
            var call = await Call.ReadAsync(stream, _stopped.Token);
            await AnswerAsync(new Exchange(socket, stream, call));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException or IOException)
        {
            // The client went away, or the test is over.
        }
        finally
        {
            socket.Dispose();
        }
    }

    private async Task AnswerAsync(Exchange context)
    {
        var (operation, text) = (context.Call.Operation, context.Call.Text);
        var isWrite = !operation.StartsWith("Describe", StringComparison.Ordinal) && !operation.StartsWith("Get", StringComparison.Ordinal) && !operation.StartsWith("List", StringComparison.Ordinal);
        var fault = Fault.None;
        lock (Writes)
        {
            if (IsDead)
            {
                context.Reset();
                return;
            }

            if (isWrite)
            {
                fault = Decide(operation);
                Writes.Add(operation);
            }
        }

        switch (fault)
        {
            case Fault.ResetBefore:
                context.Reset();
                return;
            case Fault.ServerError:
                await ErrorAsync(context, HttpStatusCode.InternalServerError, "InternalError");
                return;
            case Fault.Throttled:
                await ErrorAsync(context, HttpStatusCode.ServiceUnavailable, "RequestLimitExceeded");
                return;
            case Fault.Denied:
                await ErrorAsync(context, HttpStatusCode.Forbidden, "UnauthorizedOperation");
                return;
        }

        if (operation is "DeleteSubnet" or "DeleteSecurityGroup" && _delayed.Add(text))
        {
            await ErrorAsync(context, HttpStatusCode.BadRequest, "DependencyViolation");
            return;
        }

        var (status, type, answer) = await ForwardAsync(context.Call, context.Call.Text);
        if (operation == "CreateDhcpOptions" && status == HttpStatusCode.OK)
        {
            answer = await TagDhcpOptionsAsync(context.Call, answer);
        }

        if (operation == "DescribeNatGateways" && answer.Contains("<natGatewayId>", StringComparison.Ordinal) && _natLooks++ < 2)
        {
            answer = answer.Replace("<state>available</state>", "<state>pending</state>", StringComparison.Ordinal);
        }

        switch (fault)
        {
            case Fault.ResetAfter:
                context.Reset();
                return;
            case Fault.TimeoutAfter:
                await Task.Delay(Timeout.Infinite, _stopped.Token);
                return;
            default:
                await WriteAsync(context, status, type, answer);
                return;
        }
    }

    private async Task<(HttpStatusCode Status, string? Type, string Body)> ForwardAsync(Call call, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _moto) { Content = new StringContent(body) };
        request.Content.Headers.Clear();
        foreach (var (name, value) in call.Headers.Where(header => header.Key.ToLowerInvariant() is not ("host" or "content-length" or "connection")))
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var answer = await _client.SendAsync(request);
        return (answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), await answer.Content.ReadAsStringAsync());
    }

    private async Task<string> TagDhcpOptionsAsync(Call call, string answer)
    {
        var parameters = HttpUtility.ParseQueryString(call.Text);
        var id = answer.Split("<dhcpOptionsId>")[1].Split('<')[0];
        var tags = Enumerable.Range(1, 10).Select(i => (Key: parameters[$"TagSpecification.1.Tag.{i}.Key"], Value: parameters[$"TagSpecification.1.Tag.{i}.Value"])).Where(tag => tag.Key is not null).ToList();
        var form = string.Join('&', tags.Select((tag, i) => $"Tag.{i + 1}.Key={Uri.EscapeDataString(tag.Key!)}&Tag.{i + 1}.Value={Uri.EscapeDataString(tag.Value!)}"));
        await ForwardAsync(call, $"Action=CreateTags&Version=2016-11-15&ResourceId.1={id}&{form}");
        var set = string.Concat(tags.Select(tag => $"<item><key>{tag.Key}</key><value>{tag.Value}</value></item>"));
        return answer.Replace("</dhcpOptions>", $"<tagSet>{set}</tagSet></dhcpOptions>", StringComparison.Ordinal);
    }

    private static Task ErrorAsync(Exchange exchange, HttpStatusCode status, string code) => exchange.Call.IsJson
        ? WriteAsync(exchange, status, "application/x-amz-json-1.1", $$"""{"__type":"{{code}}","message":"made by the test"}""")
        : WriteAsync(exchange, status, "text/xml", $"<Response><Errors><Error><Code>{code}</Code><Message>made by the test</Message></Error></Errors><RequestID>1</RequestID></Response>");

    private static async Task WriteAsync(Exchange exchange, HttpStatusCode status, string? type, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        await exchange.Stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {(int)status} X\r\nContent-Type: {type}\r\nContent-Length: {bytes.Length}\r\nConnection: close\r\n\r\n"));
        await exchange.Stream.WriteAsync(bytes);
    }

    private sealed record Exchange(Socket Socket, NetworkStream Stream, Call Call)
    {
        /// <summary>Breaks the connection with a reset, not with an orderly end.</summary>
        public void Reset()
        {
            Socket.LingerState = new LingerOption(enable: true, seconds: 0);
            Socket.Close();
        }
    }

    private sealed record Call(Dictionary<string, string> Headers, string Text)
    {
        public bool IsJson => Headers.ContainsKey("X-Amz-Target");

        public string Operation => IsJson ? Headers["X-Amz-Target"].Split('.')[^1] : HttpUtility.ParseQueryString(Text)["Action"] ?? "";

        public static async Task<Call> ReadAsync(NetworkStream stream, CancellationToken cancellationToken)
        {
            using var bytes = new MemoryStream();
            var buffer = new byte[16 * 1024];
            var head = -1;
            Dictionary<string, string> headers = [];
            while (head < 0 || bytes.Length < head + 4 + int.Parse(headers.GetValueOrDefault("Content-Length", "0"), System.Globalization.CultureInfo.InvariantCulture))
            {
                var count = await stream.ReadAsync(buffer, cancellationToken);
                if (count == 0)
                {
                    throw new IOException("The client went away.");
                }

                bytes.Write(buffer, 0, count);
                if (head < 0 && (head = bytes.ToArray().AsSpan().IndexOf("\r\n\r\n"u8)) >= 0)
                {
                    headers = Encoding.ASCII.GetString(bytes.ToArray(), 0, head).Split("\r\n").Skip(1).Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);
                }
            }

            return new Call(headers, Encoding.UTF8.GetString(bytes.ToArray(), head + 4, (int)bytes.Length - head - 4));
        }
    }
}
