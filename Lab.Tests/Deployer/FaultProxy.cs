using System.Net;
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
    private readonly HttpListener _listener = new();
    private readonly HttpClient _client = new();
    private readonly Uri _moto;
    private readonly CancellationTokenSource _stopped = new();
    private readonly Task _serving;
    private readonly HashSet<string> _delayed = [];
    private int _natLooks;

    public FaultProxy(Uri moto)
    {
        _moto = moto;
        Endpoint = new Uri($"http://127.0.0.1:{Moto.FreePort()}/");
        _listener.Prefixes.Add(Endpoint.ToString());
        _listener.Start();
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
        _listener.Close();
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
                var context = await _listener.GetContextAsync();
                _ = HandleAsync(context);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task HandleAsync(HttpListenerContext context)
    {
        try
        {
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            var text = Encoding.UTF8.GetString(body.ToArray());
            var operation = context.Request.Headers["X-Amz-Target"]?.Split('.')[^1] ?? HttpUtility.ParseQueryString(text)["Action"] ?? "";
            await AnswerAsync(context, operation, text, body.ToArray());
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or OperationCanceledException or IOException or InvalidOperationException)
        {
            context.Response.Abort();
        }
    }

    private async Task AnswerAsync(HttpListenerContext context, string operation, string text, byte[] body)
    {
        var isWrite = !operation.StartsWith("Describe", StringComparison.Ordinal) && !operation.StartsWith("Get", StringComparison.Ordinal) && !operation.StartsWith("List", StringComparison.Ordinal);
        var fault = Fault.None;
        lock (Writes)
        {
            if (IsDead)
            {
                context.Response.Abort();
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
                context.Response.Abort();
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

        var (status, type, answer) = await ForwardAsync(context.Request, body);
        if (operation == "CreateDhcpOptions" && status == HttpStatusCode.OK)
        {
            answer = await TagDhcpOptionsAsync(context.Request, text, answer);
        }

        if (operation == "DescribeNatGateways" && answer.Contains("<natGatewayId>", StringComparison.Ordinal) && _natLooks++ < 2)
        {
            answer = answer.Replace("<state>available</state>", "<state>pending</state>", StringComparison.Ordinal);
        }

        switch (fault)
        {
            case Fault.ResetAfter:
                context.Response.Abort();
                return;
            case Fault.TimeoutAfter:
                await Task.Delay(Timeout.Infinite, _stopped.Token);
                return;
            default:
                await WriteAsync(context, status, type, answer);
                return;
        }
    }

    private async Task<(HttpStatusCode Status, string? Type, string Body)> ForwardAsync(HttpListenerRequest original, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_moto, original.RawUrl)) { Content = new ByteArrayContent(body) };
        foreach (var name in original.Headers.AllKeys.OfType<string>().Where(name => name is not ("Host" or "Content-Length" or "Connection")))
        {
            if (!request.Headers.TryAddWithoutValidation(name, original.Headers[name]))
            {
                request.Content.Headers.TryAddWithoutValidation(name, original.Headers[name]);
            }
        }

        using var answer = await _client.SendAsync(request);
        return (answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), await answer.Content.ReadAsStringAsync());
    }

    private async Task<string> TagDhcpOptionsAsync(HttpListenerRequest original, string call, string answer)
    {
        var parameters = HttpUtility.ParseQueryString(call);
        var id = answer.Split("<dhcpOptionsId>")[1].Split('<')[0];
        var tags = Enumerable.Range(1, 10).Select(i => (Key: parameters[$"TagSpecification.1.Tag.{i}.Key"], Value: parameters[$"TagSpecification.1.Tag.{i}.Value"])).Where(tag => tag.Key is not null).ToList();
        var form = string.Join('&', tags.Select((tag, i) => $"Tag.{i + 1}.Key={Uri.EscapeDataString(tag.Key!)}&Tag.{i + 1}.Value={Uri.EscapeDataString(tag.Value!)}"));
        await ForwardAsync(original, Encoding.UTF8.GetBytes($"Action=CreateTags&Version=2016-11-15&ResourceId.1={id}&{form}"));
        var set = string.Concat(tags.Select(tag => $"<item><key>{tag.Key}</key><value>{tag.Value}</value></item>"));
        return answer.Replace("</dhcpOptions>", $"<tagSet>{set}</tagSet></dhcpOptions>", StringComparison.Ordinal);
    }

    private static Task ErrorAsync(HttpListenerContext context, HttpStatusCode status, string code) => context.Request.Headers["X-Amz-Target"] is null
        ? WriteAsync(context, status, "text/xml", $"<Response><Errors><Error><Code>{code}</Code><Message>made by the test</Message></Error></Errors><RequestID>1</RequestID></Response>")
        : WriteAsync(context, status, "application/x-amz-json-1.1", $$"""{"__type":"{{code}}","message":"made by the test"}""");

    private static async Task WriteAsync(HttpListenerContext context, HttpStatusCode status, string? type, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        context.Response.StatusCode = (int)status;
        context.Response.ContentType = type;
        context.Response.ContentLength64 = bytes.Length;
        await context.Response.OutputStream.WriteAsync(bytes);
        context.Response.Close();
    }
}
