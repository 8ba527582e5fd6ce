using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using System.Web;
using Lab.Model.Definition;
using Microsoft.AspNetCore.Http;

namespace Lab.Emulation.Services;

/// <summary>A registry on the internet, asked for what anybody may read: anonymous tokens are fetched as its challenges say.</summary>
internal sealed partial class UpstreamRegistry(MirrorDefinition mirror, LogFile log)
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private static readonly string[] PassedHeaders = ["Accept", "Range", "If-None-Match"];

    private readonly ConcurrentDictionary<string, string> _tokens = new();

    /// <summary>Answers a request with what the registry answers; 502 when it cannot be reached.</summary>
    public async Task ForwardAsync(HttpContext context)
    {
        var cancellationToken = context.RequestAborted;
        try
        {
            using var response = await SendAsync(context.Request, cancellationToken);
            log.Write($"{mirror.Registry}: {context.Request.Method} {context.Request.Path} {(int)response.StatusCode}");
            context.Response.StatusCode = (int)response.StatusCode;
            foreach (var (name, values) in response.Headers.Concat(response.Content.Headers).Where(header => header.Key is not ("Transfer-Encoding" or "Connection")))
            {
                context.Response.Headers[name] = values.ToArray();
            }

            await response.Content.CopyToAsync(context.Response.Body, cancellationToken);
        }
        catch (HttpRequestException e) when (!context.Response.HasStarted)
        {
            log.Write($"{mirror.Registry}: {context.Request.Method} {context.Request.Path} 502: {e.Message}");
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
            await context.Response.WriteAsJsonAsync(
                new { errors = new[] { new { code = "UNAVAILABLE", message = $"{mirror.Upstream.Host} cannot be reached: {e.Message}" } } }, cancellationToken);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var repository = Repository().Match(request.Path.Value ?? "").Groups["name"].Value;
        var response = await SendAsync(request, _tokens.GetValueOrDefault(repository), cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized
            || response.Headers.WwwAuthenticate.FirstOrDefault(challenge => challenge.Scheme == "Bearer") is not { Parameter: { } challenge })
        {
            return response;
        }

        response.Dispose();
        _tokens[repository] = await FetchTokenAsync(challenge, cancellationToken);
        return await SendAsync(request, _tokens[repository], cancellationToken);
    }

    private Task<HttpResponseMessage> SendAsync(HttpRequest request, string? token, CancellationToken cancellationToken)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(mirror.Upstream, request.Path + request.QueryString));
        foreach (var name in PassedHeaders.Where(request.Headers.ContainsKey))
        {
            message.Headers.TryAddWithoutValidation(name, request.Headers[name].ToArray());
        }

        message.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <summary>https://distribution.github.io/distribution/spec/auth/token/</summary>
    private static async Task<string> FetchTokenAsync(string challenge, CancellationToken cancellationToken)
    {
        var parameters = Parameter().Matches(challenge).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value);
        var url = new UriBuilder(parameters.GetValueOrDefault("realm") ?? throw new HttpRequestException("the registry's challenge names no realm"));
        var query = HttpUtility.ParseQueryString(url.Query);
        foreach (var name in new[] { "service", "scope" }.Where(parameters.ContainsKey))
        {
            query[name] = parameters[name];
        }

        url.Query = query.ToString();
        var answer = await Client.GetFromJsonAsync<TokenAnswer>(url.Uri, cancellationToken);
        return answer?.Token ?? answer?.AccessToken ?? throw new HttpRequestException($"{url.Host} gave no token");
    }

    [GeneratedRegex("^/v2/(?<name>.+)/(manifests|blobs|tags)/")]
    private static partial Regex Repository();

    [GeneratedRegex("(?<name>[a-z]+)=\"(?<value>[^\"]*)\"")]
    private static partial Regex Parameter();

    private sealed record TokenAnswer(string? Token, [property: JsonPropertyName("access_token")] string? AccessToken);
}
