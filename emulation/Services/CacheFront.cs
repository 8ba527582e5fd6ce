using System.Net;
using Lab.Emulation.Linux;
using Lab.Emulation.Network;
using Lab.Model.Definition;
using Lab.Model.Services;
using Microsoft.AspNetCore.Http;

namespace Lab.Emulation.Services;

/// <summary>
/// What nodes pull from: passes requests to the registry process of a cache, and keeps its answers honest. A cache that could not ask
/// its registry says 503 and not 404, one whose registry has not got what is asked for says 404 and not 500; what has not the digest that it was asked for never arrives as a whole.
/// </summary>
public sealed class CacheFront : IAsyncDisposable
{
    private readonly HttpClient _bastion;
    private BastionServer? _server;

    private CacheFront(ILabFabric fabric) => _bastion = fabric.CreateHttpClient(Timeout.InfiniteTimeSpan);

    /// <summary>Starts listening for all mirrors of the lab.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="folder">Its files.</param>
    /// <param name="fabric">Its network.</param>
    /// <param name="upstreams">The caches' way out.</param>
    /// <param name="log">Gets a line for each answer that is not the cache's own.</param>
    /// <param name="patience">
    /// How long a cache may send nothing; null for four times what its registry may, since a cache asks it several times for one request.
    /// </param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static async Task<CacheFront> StartAsync(
        LabDefinition lab,
        LabFolder folder,
        ILabFabric fabric,
        UpstreamGateway upstreams,
        LogFile log,
        TimeSpan? patience,
        CancellationToken cancellationToken
    )
    {
        var front = new CacheFront(fabric);
        var caches = lab.Mirrors.ToDictionary(
            mirror => mirror.Port.Number,
            mirror => new CacheProcess(
                mirror.Registry,
                CacheEndpoints.Of(lab, mirror).Process,
                front._bastion,
                upstreams.RecordOf(mirror),
                new CacheStore(RunFolder.RegistryFolder(folder, mirror)),
                log,
                patience ?? 4 * UpstreamGateway.Patience
            )
        );
        front._server = await BastionServer.StartAsync(
            fabric,
            lab.Mirrors.Select(mirror => CacheEndpoints.Of(lab, mirror)).SelectMany(cache => new[] { cache.Front, cache.Front6 }).OfType<IPEndPoint>(),
            context => AnswerAsync(context, caches[context.Connection.LocalPort], lab),
            cancellationToken
        );
        return front;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
        _bastion.Dispose();
    }

    /// <summary>A cache is for pulling; the process would say so too, after having read what was pushed.</summary>
    private static Task AnswerAsync(HttpContext context, CacheProcess cache, LabDefinition lab)
    {
        var asked = context.Request.Query["ns"] is [{ Length: > 0 } said] ? said : null;
        if (cache.Registry == MirrorDefinition.Others)
        {
            if (asked is not null && RegistryOfOthers.IsRegistry(asked))
            {
                context.Request.Path = RegistryOfOthers.In(asked, context.Request.Path.Value ?? "");
            }
            else if (!RegistryOfOthers.IsOfNone(context.Request.Path.Value ?? ""))
            {
                return cache.NamelessAsync(context);
            }
        }
        else if (asked is not null && asked != cache.Registry)
        {
            return cache.MisdirectedAsync(context, asked, lab.Mirrors.FirstOrDefault(mirror => mirror.Registry == asked)?.Port.Number);
        }

        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        {
            return cache.ForwardAsync(context);
        }

        context.Response.OnStarting(() =>
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return Task.CompletedTask;
        });
        return HttpPassing.FailAsync(context, StatusCodes.Status405MethodNotAllowed, "UNSUPPORTED", "a cache is only pulled from");
    }
}
