using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using System.Web;
using Lab.Model.Services;

namespace Lab.Registries;

/// <summary>A registry's API, asked for what anybody or a user may read: tokens are fetched as its challenges say.</summary>
/// <param name="address">An http or https URL. Its path is the project of a registry that proxies others: repositories are below it.</param>
/// <param name="client">Asks; null for the host's network.</param>
/// <param name="login">Finds the user's login, when the registry wants one; null to ask as nobody.</param>
public sealed partial class RegistryClient(Uri address, HttpClient? client = null, Func<CancellationToken, Task<RegistryLogin?>>? login = null)
{
    /// <summary>What this program is called at an OAuth 2 server.</summary>
    private const string ClientId = "lab";

    private const int LargestToken = 1 << 20;

    private const string Api = "/v2/";

    private readonly UpstreamClient _upstream = UpstreamClient.For(address);

    private readonly string _project = RegistryCache.ProjectOf(address);

    private readonly ConcurrentDictionary<string, AuthenticationHeaderValue> _granted = new();

    /// <summary>Name for messages: host, and port where it is not the usual one.</summary>
    public string Name => address.Authority;

    /// <summary>As whom it was asked last; null for nobody.</summary>
    public RegistryLogin? User { get; private set; }

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
        var response = await SendAsync(method, target, headers, _granted.GetValueOrDefault(repository), cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized || await GrantAsync(response, cancellationToken) is not { } granted)
        {
            return response;
        }

        response.Dispose();
        _granted[repository] = granted;
        return await SendAsync(method, target, headers, granted, cancellationToken);
    }

    /// <summary>The path in the project of the address.</summary>
    private string InProject(string target) =>
        _project == "" || !target.StartsWith(Api, StringComparison.Ordinal) || target == Api ? target : $"{Api}{_project}/{target[Api.Length..]}";

    /// <summary>What a registry wants to see instead of nothing, or of what it was shown; null where there is nothing to show.</summary>
    private async Task<AuthenticationHeaderValue?> GrantAsync(HttpResponseMessage refused, CancellationToken cancellationToken)
    {
        var challenges = refused.Headers.WwwAuthenticate;
        if (challenges.FirstOrDefault(challenge => challenge.Scheme == "Bearer") is { Parameter: { } challenge })
        {
            return new("Bearer", await FetchTokenAsync(challenge, await LogInAsync(cancellationToken), cancellationToken));
        }

        return challenges.Any(challenge => challenge.Scheme == "Basic") && await LogInAsync(cancellationToken) is { IsIdentityToken: false } user
            ? Basic(user)
            : null;
    }

    /// <summary>The user's login, which nobody on the way may read.</summary>
    private async Task<RegistryLogin?> LogInAsync(CancellationToken cancellationToken) =>
        login is null || await login(cancellationToken) is not { } found ? null
        : address.Scheme == Uri.UriSchemeHttps || address.IsLoopback ? User = found
        : throw new HttpRequestException($"{Name} is asked over http, so everybody on the way could read your login there: Lab sends none. Use https");

    private static AuthenticationHeaderValue Basic(RegistryLogin user) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user.User}:{user.Secret}")));

    private Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string target,
        IReadOnlyCollection<KeyValuePair<string, string[]>> headers,
        AuthenticationHeaderValue? granted,
        CancellationToken cancellationToken
    )
    {
        var message = new HttpRequestMessage(method, new Uri(address.GetLeftPart(UriPartial.Authority) + InProject(target)));
        foreach (var (name, values) in headers)
        {
            message.Headers.TryAddWithoutValidation(name, values);
        }

        message.Headers.Authorization = granted;
        return client?.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken) ?? _upstream.SendAsync(message, cancellationToken);
    }

    /// <summary>https://distribution.github.io/distribution/spec/auth/token/ and, with an identity token, …/auth/oauth/</summary>
    private async Task<string> FetchTokenAsync(string challenge, RegistryLogin? user, CancellationToken cancellationToken)
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

        var request = new HttpRequestMessage(HttpMethod.Get, url.Uri);
        if (user is { IsIdentityToken: true })
        {
            query["grant_type"] = "refresh_token";
            query["client_id"] = ClientId;
            query["refresh_token"] = user.Secret;
            request.Method = HttpMethod.Post;
            request.Content = new FormUrlEncodedContent(query.AllKeys.Select(name => KeyValuePair.Create(name!, query[name])));
        }
        else
        {
            url.Query = query.ToString();
            request.RequestUri = url.Uri;
            request.Headers.Authorization = user is null ? null : Basic(user);
        }

        using var response = await _upstream.SendAsync(request, cancellationToken);
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
