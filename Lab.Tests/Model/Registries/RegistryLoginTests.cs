using System.Net;
using Lab.Registries;
using Lab.Tests.Emulation.Caches;

namespace Lab.Tests.Model.Registries;

/// <summary>A registry that gives tokens to who has logged in only.</summary>
public sealed class RegistryLoginTests : IAsyncLifetime
{
    private static readonly string Target = $"/v2/{FaultyRegistry.Repository}/manifests/1";

    private readonly FaultyRegistry _registry = new() { Address = IPAddress.Loopback, WantsTokens = true };

    public async ValueTask InitializeAsync()
    {
        _registry.AddManifest("{}", "1");
        await _registry.StartAsync();
    }

    [Fact]
    public async Task A_user_shows_the_password_where_tokens_are_given()
    {
        _registry.WantsForToken = "Basic bWU6cGFzczp3b3Jk";
        Assert.Equal(HttpStatusCode.OK, await AskAsync(new("me", "pass:word")));
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(new("me", "another")));
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(null));
    }

    [Fact]
    public async Task An_identity_token_is_exchanged()
    {
        _registry.WantsForToken =
            $"service=test&scope=repository%3A{Uri.EscapeDataString(FaultyRegistry.Repository)}%3Apull&grant_type=refresh_token&client_id=lab&refresh_token=refresh";
        Assert.Equal(HttpStatusCode.OK, await AskAsync(RegistryLogin.OfIdentityToken("refresh")));
    }

    [Fact]
    public async Task A_login_is_not_looked_for_where_nobody_asks_for_one()
    {
        _registry.WantsTokens = false;
        var client = new RegistryClient(_registry.Url, login: _ => throw new InvalidOperationException("looked for"));
        using var answer = await client.SendAsync(HttpMethod.Get, Target, [], TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_login_does_not_leave_this_machine_without_TLS()
    {
        using var http = new HttpClient(new Challenging());
        var client = new RegistryClient(new Uri("http://registry.example"), http, _ => Task.FromResult<RegistryLogin?>(new("me", "pass")));
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(HttpMethod.Get, Target, [], TestContext.Current.CancellationToken));
        Assert.Contains("everybody on the way could read your login", error.Message, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    private async Task<HttpStatusCode> AskAsync(RegistryLogin? login)
    {
        var client = new RegistryClient(_registry.Url, login: _ => Task.FromResult(login));
        using var answer = await client.SendAsync(HttpMethod.Get, Target, [], TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private sealed class Challenging : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.Null(request.Headers.Authorization);
            var answer = new HttpResponseMessage(HttpStatusCode.Unauthorized);
            answer.Headers.WwwAuthenticate.Add(new("Basic", "realm=\"test\""));
            return Task.FromResult(answer);
        }
    }
}
