using System.Net;
using System.Text.RegularExpressions;
using Lab.Emulation.Linux;
using Lab.Model;
using Lab.Model.Registries;
using Microsoft.AspNetCore.Http;

namespace Lab.Emulation.Services;

/// <summary>The registry process of a cache, asked on behalf of a node.</summary>
/// <param name="registry">Name for the log.</param>
/// <param name="endpoint">Where the process listens on the bastion.</param>
/// <param name="bastion">Asks from the bastion.</param>
/// <param name="upstream">What its registry said.</param>
/// <param name="store">What it holds.</param>
/// <param name="log">Gets a line for each answer that is not the process's own.</param>
/// <param name="patience">How long it may send nothing.</param>
internal sealed partial class CacheProcess(
    string registry,
    IPEndPoint endpoint,
    HttpClient bastion,
    UpstreamRecord upstream,
    CacheStore store,
    LogFile log,
    TimeSpan patience
)
{
    /// <summary>The registry, as image references name it.</summary>
    public string Registry => registry;

    /// <summary>
    /// Refuses a request for an image of another registry: containerd says in <c>ns</c> which it means. Answered with what this registry has
    /// of that name it would be another image, or a 404 that looks like a missing one.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="asked">The registry that it is for.</param>
    /// <param name="port">The port of the cache of that; null for none.</param>
    public Task MisdirectedAsync(HttpContext context, string asked, int? port)
    {
        var where = port is null ? $"no cache of the lab has {VisibleText.Of(asked)}" : $"that of {VisibleText.Of(asked)} is at port {port}";
        return FailAsync(
            context,
            UpstreamFailure.Misdirected(
                $"this is the cache of {registry}, and the image is one of {VisibleText.Of(asked)}: {where}. The node's mirror of it has the wrong address"
            )
        );
    }

    /// <summary>Refuses a request that does not say of which registry the image is.</summary>
    public Task NamelessAsync(HttpContext context) =>
        FailAsync(
            context,
            UpstreamFailure.Misdirected("this is the cache of all registries without one of their own, and the request does not say in ns which is meant")
        );

    /// <summary>Answers a request with what the process answers, as far as that can be believed.</summary>
    public async Task ForwardAsync(HttpContext context)
    {
        var (path, began, cancellationToken) = (context.Request.Path.Value ?? "", UpstreamRecord.Now, context.RequestAborted);
        using var stall = new StallGuard(patience, cancellationToken);
        try
        {
            using var response = await AskAsync(context.Request, path, began, stall.Token);
            if (response.StatusCode is HttpStatusCode.NotFound or >= HttpStatusCode.InternalServerError && upstream.FailureSince(path, began) is { } failure)
            {
                await FailAsync(context, failure);
                return;
            }

            if (response.StatusCode >= HttpStatusCode.InternalServerError && upstream.IsAbsentSince(path, began))
            {
                await HttpPassing.FailAsync(
                    context,
                    StatusCodes.Status404NotFound,
                    path.Contains("/blobs/", StringComparison.Ordinal) ? "BLOB_UNKNOWN" : "MANIFEST_UNKNOWN",
                    $"{registry} does not have it"
                );
                return;
            }

            if (response.StatusCode >= HttpStatusCode.InternalServerError)
            {
                await FailAsync(
                    context,
                    UpstreamFailure.Unavailable($"the cache of {registry} has failed (HTTP {(int)response.StatusCode}); its log says why")
                );
                return;
            }

            Touch(path, response.StatusCode);
            HttpPassing.CopyHeaders(response, context.Response);
            if (!HttpMethods.IsHead(context.Request.Method))
            {
                await PassBodyAsync(context, response, stall);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is HttpRequestException or IOException or OperationCanceledException)
        {
            await FailAsync(
                context,
                upstream.FailureSince(path, began)
                    ?? UpstreamFailure.Unavailable(
                        e is OperationCanceledException
                            ? $"the cache of {registry} has sent nothing for {patience.TotalSeconds} s"
                            : $"the cache of {registry} does not answer: {e.Message}"
                    )
            );
        }
    }

    /// <summary>Asks, and once more where the process fails by itself: what it holds may have been removed while it looked, and it fetches that again.</summary>
    private async Task<HttpResponseMessage> AskAsync(HttpRequest request, string path, long began, CancellationToken cancellationToken)
    {
        var response = await SendAsync(request, cancellationToken);
        if (
            response.StatusCode < HttpStatusCode.InternalServerError
            || DigestOf(path) is null
            || upstream.FailureSince(path, began) is not null
            || upstream.IsAbsentSince(path, began)
        )
        {
            return response;
        }

        response.Dispose();
        return await SendAsync(request, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri($"http://{endpoint}{request.Path}{request.QueryString}"));
        HttpPassing.CopyHeaders(request, message);
        return await bastion.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private async Task PassBodyAsync(HttpContext context, HttpResponseMessage response, StallGuard stall)
    {
        await using var body = await response.Content.ReadAsStreamAsync(stall.Token);
        if (DigestOf(context.Request, response) is not { } digest)
        {
            await stall.CopyAsync(body, context.Response.Body);
        }
        else if (!await stall.CopyVerifiedAsync(body, context.Response.Body, digest))
        {
            // What the registry sent wrongly was not kept. What is kept wrongly (a disk that lied, a power cut) would be sent for ever.
            store.Remove(digest);
            await FailAsync(context, UpstreamFailure.Unavailable($"what came has not the digest {digest}"));
        }
    }

    private void Touch(string path, HttpStatusCode status)
    {
        if (status is HttpStatusCode.OK or HttpStatusCode.PartialContent && DigestOf(path) is { } asked)
        {
            store.Touch(asked);
        }
    }

    /// <summary>The digest that a whole body must have; null where none is known.</summary>
    private static Digest? DigestOf(HttpRequest request, HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return null;
        }

        return DigestOf(request.Path.Value ?? "")
            ?? (response.Headers.TryGetValues("Docker-Content-Digest", out var told) && Digest.TryParse(told.First(), out var digest) ? digest : null);
    }

    /// <summary>The digest that a path asks for; null for one that asks for a tag.</summary>
    private static Digest? DigestOf(string path) =>
        AskedDigest().Match(path) is { Success: true } asked && Digest.TryParse(asked.Groups["digest"].Value, out var digest) ? digest : null;

    private Task FailAsync(HttpContext context, UpstreamFailure failure)
    {
        log.Write(
            $"{registry}: {context.Request.Method} {context.Request.Path} {(context.Response.HasStarted ? "broken off" : $"{failure.Status}")}: {failure.Reason}"
        );
        return HttpPassing.FailAsync(context, failure.Status, failure.Code, failure.Reason, failure.RetryAfter);
    }

    [GeneratedRegex("/(manifests|blobs)/(?<digest>[^/]+)$")]
    private static partial Regex AskedDigest();
}
