using Lab.Model;
using Lab.Registries;

namespace Lab.UnitTests.Registries;

/// <summary>Where <c>docker login</c> keeps what.</summary>
public sealed class DockerLoginsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("""{"auths":{"ghcr.io":{"auth":"bWU6cGFzczp3b3Jk"}}}""", "ghcr.io", "me", "pass:word")]
    [InlineData("""{"auths":{"https://index.docker.io/v1/":{"auth":"bWU6cGFzczp3b3Jk"}}}""", "docker.io", "me", "pass:word")]
    [InlineData("""{"auths":{"https://reg.example:5000/v2/":{"username":"me","password":"secret"}}}""", "reg.example:5000", "me", "secret")]
    [InlineData("""{"auths":{"acr.example":{"auth":"MDAwMDow","identitytoken":"refresh"}}}""", "acr.example", "<token>", "refresh")]
    [InlineData("""{"auths":{"ghcr.io":{"auth":"bWU6cGFzczp3b3Jk"}},"credHelpers":{"other.example":"missing"}}""", "ghcr.io", "me", "pass:word")]
    public async Task A_login_is_found(string config, string registry, string user, string secret) =>
        Assert.Equal(new RegistryLogin(user, secret), await FindAsync(config, registry));

    [Theory]
    [InlineData("""{"auths":{"ghcr.io":{"auth":"bWU6cGFzczp3b3Jk"}}}""", "quay.io")]
    [InlineData("""{"auths":{"ghcr.io":{}}}""", "ghcr.io")]
    [InlineData("""{"auths":{"evil-ghcr.io":{"auth":"bWU6cGFzczp3b3Jk"}}}""", "ghcr.io")]
    [InlineData("{}", "ghcr.io")]
    [InlineData(null, "ghcr.io")]
    public async Task Who_is_not_logged_in_has_no_login(string? config, string registry) => Assert.Null(await FindAsync(config, registry));

    [Theory]
    [InlineData("{\n\"auths\": [", "config.json:2: this is not a configuration of Docker")]
    [InlineData("""{"auths":{"ghcr.io":{"auth":"secret!"}}}""", "auths.ghcr.io.auth is not USER:PASSWORD in base64. Log in again: docker login ghcr.io")]
    [InlineData("""{"credHelpers":{"ghcr.io":"../../tmp/evil"}}""", "'../../tmp/evil' is not the name of a credential helper")]
    [InlineData("""{"credsStore":"lab-has-no-such-one"}""", "docker-credential-lab-has-no-such-one, which")]
    public async Task What_is_wrong_there_is_said_without_a_secret(string config, string message)
    {
        var error = await Assert.ThrowsAsync<LabException>(() => FindAsync(config, "ghcr.io"));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret!", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_is_not_in_what_is_printed()
    {
        Assert.Equal("me", $"{new RegistryLogin("me", "pass")}");
        Assert.Equal("an identity token", $"{RegistryLogin.OfIdentityToken("refresh")}");
    }

    public void Dispose() => _folder.Dispose();

    private Task<RegistryLogin?> FindAsync(string? config, string registry)
    {
        var path = Path.Combine(_folder.Path, "config.json");
        if (config is not null)
        {
            File.WriteAllText(path, config);
        }

        return new DockerLogins(path).FindAsync(registry, TestContext.Current.CancellationToken);
    }
}
