using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using System.Web;

namespace Lab.Registries;

/// <summary>A registry's API, asked for what anybody may read: anonymous tokens are fetched as its challenges say.</summary>
/// <param name="address">An http or https URL without a path.</param>
/// <param name="client">Asks; null for the host's network.</param>
public sealed partial class RegistryClient(Uri address, HttpClient? client = null)
{
    private const int LargestToken = 1 << 20;

    private readonly UpstreamClient _upstream = UpstreamClient.For(address);

    private readonly ConcurrentDictionary<string, string> _tokens = new();

    /// <summary>Name for messages: host, and port where it is not the usual one.</summary>
    public string Name => address.Authority;

    /// <summary>The repository that a path of the API belongs to; empty for none.</summary>
    public static string RepositoryOf(string path) => Repository().Match(path).Groups["name"].Value;

    /// <summary>Asks; returns as soon as the headers are there.</summary>
    /// <param name="method">GET or HEAD.</param>
    /// <param name="target">Path and query, escaped.</param>
    /// <param name="headers">Further headers.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="HttpRequestException">
    /// Nobody answers, or no token is given; then with the token server's status.
    /// </exception>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string target,
        IReadOnlyCollection<KeyValuePair<string, string[]>> headers,
        CancellationToken cancellationToken
    )
    {
        var repository = RepositoryOf(target);
        var response = await SendAsync(method, target, headers, _tokens.GetValueOrDefault(repository), cancellationToken);
        if (
            response.StatusCode != HttpStatusCode.Unauthorized
            || response.Headers.WwwAuthenticate.FirstOrDefault(challenge => challenge.Scheme == "Bearer") is not { Parameter: { } challenge }
        )
        {
            return response;
        }

        response.Dispose();
        _tokens[repository] = await FetchTokenAsync(challenge, cancellationToken);
        return await SendAsync(method, target, headers, _tokens[repository], cancellationToken);
    }

    private Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string target,
        IReadOnlyCollection<KeyValuePair<string, string[]>> headers,
        string? token,
        CancellationToken cancellationToken
    )
    {
        var message = new HttpRequestMessage(method, new Uri(address.GetLeftPart(UriPartial.Authority) + target));
        foreach (var (name, values) in headers)
        {
            message.Headers.TryAddWithoutValidation(name, values);
        }

        message.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return client?.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken) ?? _upstream.SendAsync(message, cancellationToken);
    }

    /// <summary>https://distribution.github.io/distribution/spec/auth/token/</summary>
    private async Task<string> FetchTokenAsync(string challenge, CancellationToken cancellationToken)
    {
        var parameters = Parameter().Matches(challenge).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value);
        if (!Uri.TryCreate(parameters.GetValueOrDefault("realm"), UriKind.Absolute, out var realm))
        {
            throw new HttpRequestException("the registry's challenge names no realm");
        }

        if (address.Scheme == Uri.UriSchemeHttps && realm.Scheme != Uri.UriSchemeHttps)
        {
            throw new HttpRequestException($"{Name} sends us to {realm.Scheme} for a token, which everybody on the way could read");
        }

        var url = new UriBuilder(realm)
        {
            UserName = "",
            Password = "",
            Fragment = "",
        };
        var query = HttpUtility.ParseQueryString(url.Query);
        foreach (var name in new[] { "service", "scope" }.Where(parameters.ContainsKey))
        {
            query[name] = parameters[name];
        }

        url.Query = query.ToString();
        using var response = await _upstream.SendAsync(new HttpRequestMessage(HttpMethod.Get, url.Uri), cancellationToken);
        response.EnsureSuccessStatusCode();
        await response.Content.LoadIntoBufferAsync(LargestToken, cancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<TokenAnswer>(cancellationToken);
        return answer?.Token ?? answer?.AccessToken ?? throw new HttpRequestException($"{url.Host} gave no token");
    }

    [GeneratedRegex("^/v2/(?<name>.+)/(manifests|blobs|tags)/")]
    private static partial Regex Repository();

    [GeneratedRegex("(?<name>[a-z]+)=\"(?<value>[^\"]*)\"")]
    private static partial Regex Parameter();

    private sealed record TokenAnswer(string? Token, [property: JsonPropertyName("access_token")] string? AccessToken);
}
