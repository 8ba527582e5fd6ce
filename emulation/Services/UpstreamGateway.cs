using Lab.Emulation.Linux;
using Lab.Emulation.Network;
using Lab.Model.Definition;
using Lab.Model.Services;
using Microsoft.AspNetCore.Http;

namespace Lab.Emulation.Services;

/// <summary>
/// The caches' way out. Each cache takes a port of the bastion's loopback for its registry; here the request leaves through the
/// host's network, with the host's proxy settings and certificates. The API's version check is answered without asking anybody,
/// because a cache checks it when it starts and ends when nobody answers.
/// </summary>
public sealed class UpstreamGateway : IAsyncDisposable
{
    /// <summary>How long a registry may send nothing before it counts as failed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Dictionary<int, UpstreamRegistry> _upstreams;
    private BastionServer? _server;

    private UpstreamGateway(Dictionary<int, UpstreamRegistry> upstreams) => _upstreams = upstreams;

    /// <summary>Starts listening for all mirrors of the lab.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="fabric">Its network.</param>
    /// <param name="log">Gets a line for each request.</param>
    /// <param name="patience">See <see cref="Patience"/>, which is taken when null.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static async Task<UpstreamGateway> StartAsync(
        LabDefinition lab,
        ILabFabric fabric,
        LogFile log,
        TimeSpan? patience,
        CancellationToken cancellationToken
    )
    {
        var gateway = new UpstreamGateway(
            lab.Mirrors.ToDictionary(mirror => mirror.Port.Number, mirror => new UpstreamRegistry(mirror, fabric, log, patience ?? Patience))
        );
        gateway._server = await BastionServer.StartAsync(
            fabric,
            lab.Mirrors.Select(mirror => CacheEndpoints.Of(lab, mirror).Upstream),
            context => AnswerAsync(context, gateway._upstreams[context.Connection.LocalPort]),
            cancellationToken
        );
        return gateway;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>What a mirror's registry said.</summary>
    internal UpstreamRecord RecordOf(MirrorDefinition mirror) => _upstreams[mirror.Port].Record;

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
