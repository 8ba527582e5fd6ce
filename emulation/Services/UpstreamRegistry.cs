using System.Net;
using Lab.Emulation.Linux;
using Lab.Emulation.Network;
using Lab.Model.Definition;
using Lab.Registries;
using Microsoft.AspNetCore.Http;

namespace Lab.Emulation.Services;

/// <summary>A registry on the internet, asked on behalf of a cache.</summary>
/// <param name="mirror">The registry.</param>
/// <param name="fabric">The lab's network, which must have a way there.</param>
/// <param name="log">Gets a line for each request.</param>
/// <param name="patience">How long it may send nothing.</param>
internal sealed class UpstreamRegistry(MirrorDefinition mirror, ILabFabric fabric, LogFile log, TimeSpan patience)
{
    private static readonly string[] PassedHeaders = ["Accept", "Range", "If-None-Match"];

    private readonly RegistryClient _registry = new(mirror.Upstream);

    /// <summary>What it said.</summary>
    public UpstreamRecord Record { get; } = new();

    /// <summary>
    /// Answers a request with what the registry answers; 502 when it cannot be reached, 504 when it says nothing. A body that breaks off
    /// breaks the connection.
    /// </summary>
    public async Task ForwardAsync(HttpContext context)
    {
        var (path, cancellationToken) = (context.Request.Path.Value ?? "", context.RequestAborted);
        using var stall = new StallGuard(patience, cancellationToken);
        try
        {
            using var response = await SendAsync(context.Request, stall.Token);
            log.Write($"{mirror.Registry}: {context.Request.Method} {path} {(int)response.StatusCode}");
            if (IsNoAnswer(response.StatusCode))
            {
                Record.NoteFailure(path, $"{_registry.Name} answered {(int)response.StatusCode}");
            }
            else if (response.StatusCode == HttpStatusCode.NotFound)
            {
                Record.NoteAbsent(path);
            }

            HttpPassing.CopyHeaders(response, context.Response);
            await using var body = await response.Content.ReadAsStreamAsync(stall.Token);
            await stall.CopyAsync(body, context.Response.Body);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is HttpRequestException or IOException or OperationCanceledException)
        {
            await FailAsync(context, path, e);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (await fabric.ObstacleAsync(mirror.Upstream.Host, mirror.Upstream.Port, cancellationToken) is { } obstacle)
        {
            throw new HttpRequestException(obstacle);
        }

        var headers = PassedHeaders.Where(request.Headers.ContainsKey).ToDictionary(name => name, name => request.Headers[name].OfType<string>().ToArray());
        return await _registry.SendAsync(new HttpMethod(request.Method), request.Path + request.QueryString, headers, cancellationToken);
    }

    private async Task FailAsync(HttpContext context, string path, Exception failure)
    {
        var (status, reason) = failure switch
        {
            HttpRequestException { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } => (
                StatusCodes.Status403Forbidden,
                $"{_registry.Name} gives no token for it"
            ),
            OperationCanceledException => (StatusCodes.Status504GatewayTimeout, $"{_registry.Name} has sent nothing for {patience.TotalSeconds} s"),
            _ => (StatusCodes.Status502BadGateway, $"{_registry.Name} cannot be reached: {failure.Message}"),
        };
        log.Write($"{mirror.Registry}: {context.Request.Method} {path} {status}: {reason}");
        if (status != StatusCodes.Status403Forbidden)
        {
            Record.NoteFailure(path, reason);
        }

        await HttpPassing.FailAsync(context, status, status == StatusCodes.Status403Forbidden ? "DENIED" : "UNAVAILABLE", reason);
    }

    /// <summary>Answers that say nothing about what was asked for.</summary>
    private static bool IsNoAnswer(HttpStatusCode status) =>
        status is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout;
}
