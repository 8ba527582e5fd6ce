using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Lab.Emulation.Linux;
using Lab.Emulation.Network;
using Lab.Model.Resources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Lab.Emulation.Services;

/// <summary>
/// The door of the AWS emulator. An emulator takes any credentials, and in a rehearsed VPC its answers run programs on this machine, so
/// it listens on a Unix socket that only the lab's user can open, and this server decides who gets through from the host's loopback:
/// the user that runs the lab, and root. Requests of a web page (with an <c>Origin</c>) and under a foreign host name are refused.
/// </summary>
public sealed partial class EmulatorFront : IAsyncDisposable
{
    private const string Allowed = "lab.allowed";

    /// <summary>Bytes of a form in which its operation is looked for: clients of AWS name it first.</summary>
    private const int Beginning = 1024;

    private readonly WebApplication _app;
    private readonly HttpClient _emulator;

    private readonly Func<CancellationToken, Task> _wake;

    private EmulatorFront(WebApplication app, HttpClient emulator, int port, Func<CancellationToken, Task> wake) =>
        (_app, _emulator, Url, _wake) = (app, emulator, $"http://127.0.0.1:{port}", wake);

    /// <summary>Where the AWS command line and lab-deploy reach the emulator: <c>http://127.0.0.1:4566</c>.</summary>
    public string Url { get; }

    /// <summary>Raised when a request has been answered that may have changed something: each one but those that are known only to ask.</summary>
    public event Action? Changed;

    /// <summary>The socket that the emulator listens on.</summary>
    public static string SocketPath(LabFolder folder) => folder.Socket("emulator/aws");

    /// <summary>Starts listening: on the usual port of emulators for the first lab of this machine, on any other for the next.</summary>
    /// <param name="folder">The lab's files.</param>
    /// <param name="wake">Completes when the emulator runs, or cannot; called for each request.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static async Task<EmulatorFront> StartAsync(LabFolder folder, Func<CancellationToken, Task> wake, CancellationToken cancellationToken)
    {
        var emulator = new HttpClient(UnixSocket.HttpHandler(SocketPath(folder))) { Timeout = Timeout.InfiniteTimeSpan };
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var listener = LoopbackListener.Open(EmulatorPort.IsOurs ? LabResources.AwsPort : 0);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        builder
            .WebHost.UseKestrelCore()
            .UseSockets(sockets => sockets.CreateBoundListenSocket = _ => listener.Server)
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = 64 << 20;
                kestrel.Listen(
                    IPAddress.Loopback,
                    port,
                    listen =>
                        listen.Use(next =>
                            connection =>
                            {
                                connection.Items[Allowed] = PeerUser.IsTrustedOnLoopback(connection.RemoteEndPoint, connection.LocalEndPoint);
                                return next(connection);
                            }
                        )
                );
            });
        var app = builder.Build();
        var front = new EmulatorFront(app, emulator, port, wake);
        app.Run(context => Refusal(context, port) is { } reason ? RefuseAsync(context, reason) : front.AnswerAsync(context));
        try
        {
            await app.StartAsync(cancellationToken);
            return front;
        }
        catch
        {
            await app.DisposeAsync();
            listener.Dispose();
            emulator.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(deadline.Token);
        await _app.DisposeAsync();
        _emulator.Dispose();
    }

    /// <summary>Why a request does not get through; null when it does.</summary>
    private static string? Refusal(HttpContext context, int port)
    {
        var request = context.Request;
        if (context.Features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(Allowed, out var allowed) != true || allowed is not true)
        {
            return "the emulator of a lab answers the user that runs the lab, and root";
        }

        if (!StringValues.IsNullOrEmpty(request.Headers.Origin) || request.Headers.ContainsKey("Sec-Fetch-Site"))
        {
            return "the emulator of a lab answers no web page";
        }

        return IsOwn(request.Host, port) ? null : $"the emulator of a lab is called 127.0.0.1:{port} or localhost:{port}";
    }

    /// <summary>Names below localhost are of this machine too (RFC 6761, 6.3): the SDKs write a bucket's name there.</summary>
    private static bool IsOwn(HostString host, int port) =>
        host.Port == port && (host.Host is "127.0.0.1" or "localhost" || host.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase));

    private static Task RefuseAsync(HttpContext context, string reason)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync($"lab: {reason}\n", context.RequestAborted);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.QueryString.Value != HttpProbe.Mark)
        {
            await _wake(context.RequestAborted);
        }

        var onlyAsks = await OnlyAsksAsync(context.Request, context.RequestAborted);
        await ForwardAsync(context, _emulator);
        if (!onlyAsks)
        {
            Changed?.Invoke();
        }
    }

    /// <summary>
    /// Whether a request changes nothing, by the name of its operation: in a header of the JSON protocols, in the query or the form of the others.
    /// A GET without one is none of AWS's that Lab follows.
    /// </summary>
    private static async Task<bool> OnlyAsksAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.Headers.TryGetValue("X-Amz-Target", out var target))
        {
            return Asks().IsMatch($"Action={target.ToString().Split('.')[^1]}");
        }

        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        {
            return !request.Query.ContainsKey("Action") || Asks().IsMatch(request.QueryString.Value![1..]);
        }

        if (request.ContentLength is null or 0)
        {
            return false;
        }

        // A look at it: all of it is passed on afterwards.
        var seen = await request.BodyReader.ReadAsync(cancellationToken);
        var beginning = Encoding.Latin1.GetString(seen.Buffer.Slice(0, Math.Min(seen.Buffer.Length, Beginning)));
        request.BodyReader.AdvanceTo(seen.Buffer.Start);
        return Asks().IsMatch(beginning);
    }

    private static async Task ForwardAsync(HttpContext context, HttpClient emulator)
    {
        var from = context.Request;
        using var request = new HttpRequestMessage(
            new HttpMethod(from.Method),
            $"http://emulator{context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget}"
        );
        if (from.ContentLength > 0 || from.Headers.TransferEncoding.Count > 0)
        {
            request.Content = new StreamContent(from.Body);
        }

        HttpPassing.CopyHeaders(from, request);
        try
        {
            using var answer = await emulator.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
            HttpPassing.CopyHeaders(answer, context.Response);
            foreach (var name in context.Response.Headers.Keys.Where(name => name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase)).ToList())
            {
                context.Response.Headers.Remove(name);
            }

            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
        catch (Exception e) when (e is HttpRequestException or IOException && !context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
            await context.Response.WriteAsync("lab: the emulator does not answer\n", context.RequestAborted);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            context.Abort();
        }
    }

    [GeneratedRegex("(^|&)Action=(Describe|Get|List)[A-Za-z]*(&|$)", RegexOptions.NonBacktracking)]
    private static partial Regex Asks();
}
