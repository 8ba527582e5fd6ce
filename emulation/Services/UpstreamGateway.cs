using System.Net;
using Lab.Emulation.Fabric;
using Lab.Model.Definition;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Lab.Emulation.Services;

/// <summary>
/// The caches' way out. Each cache takes a port of the bastion's loopback for its registry; here the request leaves through the
/// host's network, with the host's proxy settings and certificates. The API's version check is answered without asking anybody,
/// because a cache checks it when it starts and ends when nobody answers.
/// </summary>
public sealed class UpstreamGateway : IAsyncDisposable
{
    private readonly WebApplication _app;

    private UpstreamGateway(WebApplication app) => _app = app;

    /// <summary>What a cache takes for its registry.</summary>
    public static string UrlFor(MirrorDefinition mirror) => $"http://127.0.0.1:{mirror.Port}";

    /// <summary>Starts listening for all mirrors of the lab.</summary>
    public static async Task<UpstreamGateway> StartAsync(LabDefinition lab, LabFabric fabric, LogFile log, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore()
            .UseSockets(sockets => sockets.CreateBoundListenSocket = endpoint => fabric.Bind((IPEndPoint)endpoint))
            .ConfigureKestrel(kestrel => lab.Mirrors.ToList().ForEach(mirror => kestrel.Listen(IPAddress.Loopback, mirror.Port)));

        var upstreams = lab.Mirrors.ToDictionary(mirror => mirror.Port.Number, mirror => new UpstreamRegistry(mirror, log));
        var app = builder.Build();
        app.Run(context => AnswerAsync(context, upstreams[context.Connection.LocalPort]));
        var gateway = new UpstreamGateway(app);
        await app.StartAsync(cancellationToken);
        return gateway;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        using var noPatience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(noPatience.Token);
        await _app.DisposeAsync();
    }

    private static async Task AnswerAsync(HttpContext context, UpstreamRegistry upstream)
    {
        var (path, response) = (context.Request.Path.Value ?? "", context.Response);
        response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
        if (path is "/v2/" or "/v2")
        {
            await response.WriteAsync("{}", context.RequestAborted);
        }
        else if (ProbeImage.Find(path) is { } found)
        {
            response.ContentType = found.Type;
            response.ContentLength = found.Content.Length;
            response.Headers["Docker-Content-Digest"] = found.Digest;
            await (HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(found.Content, context.RequestAborted).AsTask());
        }
        else
        {
            await upstream.ForwardAsync(context);
        }
    }
}
