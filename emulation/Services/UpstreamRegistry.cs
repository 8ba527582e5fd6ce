using System.Net;
using Lab.Emulation.Linux;
using Lab.Emulation.Network;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Services;
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

    private readonly RegistryClient _registry = new(mirror.Upstream, login: mirror.Login ? DockerLogins.OfUser.At(mirror.Registry) : null);

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
                Record.NoteFailure(
                    path,
                    UpstreamFailure.Unavailable($"{_registry.Name} answered {(int)response.StatusCode}") with
                    {
                        RetryAfter = response.Headers.RetryAfter?.ToString(),
                    }
                );
            }
            else if (response.StatusCode == HttpStatusCode.NotFound)
            {
                Record.NoteAbsent(path);
            }

            HttpPassing.CopyHeaders(response, context.Response);
            await using var body = await response.Content.ReadAsStreamAsync(stall.Token);
            await stall.CopyAsync(body, context.Response.Body);
        }
        catch (Exception e)
            when (!cancellationToken.IsCancellationRequested && e is HttpRequestException or IOException or OperationCanceledException or LabException)
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
        var target = RegistryCache.IsOfOthers(mirror) ? RegistryOfOthers.Outside(request.Path.Value ?? "") : request.Path + request.QueryString;
        var response = await _registry.SendAsync(new HttpMethod(request.Method), target, headers, cancellationToken);
        if (response.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden))
        {
            return response;
        }

        response.Dispose();
        throw new HttpRequestException("refused", inner: null, response.StatusCode);
    }

    private async Task FailAsync(HttpContext context, string path, Exception failure)
    {
        var (status, told) = failure switch
        {
            HttpRequestException { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } => (
                StatusCodes.Status403Forbidden,
                UpstreamFailure.Denied(Refusal)
            ),
            OperationCanceledException => (
                StatusCodes.Status504GatewayTimeout,
                UpstreamFailure.Unavailable($"{_registry.Name} has sent nothing for {patience.TotalSeconds} s")
            ),
            LabException => (StatusCodes.Status502BadGateway, UpstreamFailure.Unavailable(failure.Message)),
            _ => (StatusCodes.Status502BadGateway, UpstreamFailure.Unavailable($"{_registry.Name} cannot be reached: {failure.Message}")),
        };
        log.Write($"{mirror.Registry}: {context.Request.Method} {path} {status}: {told.Reason}");
        Record.NoteFailure(path, told);
        await HttpPassing.FailAsync(context, status, told.Code, told.Reason);
    }

    /// <summary>Registries say the same of what they do not have, so that nobody learns what there is.</summary>
    private string Refusal =>
        !mirror.Login ? $"{_registry.Name} does not give it to everybody, or does not have it"
        : _registry.User is { } user ? $"{_registry.Name} does not give it to {user}, or does not have it"
        : $"{_registry.Name} does not give it to everybody, or does not have it; nobody is logged in there: docker login {mirror.Registry}";

    /// <summary>Answers that say nothing about what was asked for.</summary>
    private static bool IsNoAnswer(HttpStatusCode status) =>
        status is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout;
}
