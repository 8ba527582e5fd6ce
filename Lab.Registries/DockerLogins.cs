using System.ComponentModel;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;
using Lab.Model;

namespace Lab.Registries;

/// <summary>
/// Where the user has logged in with <c>docker login</c>: <c>config.json</c> and the credential helpers that it names
/// (https://docs.docker.com/reference/cli/docker/login/#credential-stores). It is read when a registry wants a login, not before.
/// </summary>
/// <param name="path">Absolute path of <c>config.json</c>; it need not be there.</param>
public sealed partial class DockerLogins(string path)
{
    private const string DockerHub = "docker.io";

    /// <summary>The name under which Docker keeps the login of its own registry.</summary>
    private const string DockerHubKey = "https://index.docker.io/v1/";

    /// <summary>What helpers say of a registry that they know nothing of; they end with 1 then, as after a failure.</summary>
    private const string NotFound = "credentials not found";

    private static readonly TimeSpan HelperTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Those of the current user: in <c>$DOCKER_CONFIG</c>, or <c>~/.docker</c>.</summary>
    public static DockerLogins OfUser { get; } =
        new(
            Path.Combine(
                Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } folder
                    ? Path.GetFullPath(folder)
                    : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".docker"),
                "config.json"
            )
        );

    /// <summary>What finds the login at a registry, see <see cref="FindAsync"/>.</summary>
    /// <param name="registry">As image references name it.</param>
    public Func<CancellationToken, Task<RegistryLogin?>> At(string registry) => cancellationToken => FindAsync(registry, cancellationToken);

    /// <summary>The login at a registry; null where the user has none.</summary>
    /// <param name="registry">As image references name it: <c>ghcr.io</c>.</param>
    /// <param name="cancellationToken">Ends a helper.</param>
    /// <exception cref="LabException">The file cannot be read, or a helper fails.</exception>
    public async Task<RegistryLogin?> FindAsync(string registry, CancellationToken cancellationToken)
    {
        if (await ReadAsync(cancellationToken) is not { } config)
        {
            return null;
        }

        var (key, host) = registry == DockerHub ? (DockerHubKey, HostOf(DockerHubKey)) : (registry, registry);
        var helper = config.CredHelpers?.FirstOrDefault(entry => HostOf(entry.Key) == host || entry.Key == registry).Value ?? config.CredsStore;
        return !string.IsNullOrEmpty(helper) ? await AskAsync(helper, key, cancellationToken)
            : config.Auths?.FirstOrDefault(entry => HostOf(entry.Key) == host).Value is { } auth ? LoginOf(registry, auth)
            : null;
    }

    /// <summary>Old files name a URL, with a version of the API.</summary>
    private static string HostOf(string key) => Address().Match(key).Groups["host"].Value;

    private async Task<Config?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(path);
            return await JsonSerializer.DeserializeAsync<Config>(file, JsonSerializerOptions.Web, cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new LabException(
                $"{path}:{e.LineNumber + 1}: this is not a configuration of Docker, in which logins at registries are: {e.Message}",
                inner: e
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"{path}, in which logins at registries are, cannot be read: {e.Message}", inner: e);
        }
    }

    private RegistryLogin? LoginOf(string registry, Auth auth)
    {
        if (auth.IdentityToken is { Length: > 0 } token)
        {
            return RegistryLogin.OfIdentityToken(token);
        }

        if (auth.Encoded is not { Length: > 0 } encoded)
        {
            return auth is { Username: { Length: > 0 } user, Password: { } password } ? new(user, password) : null;
        }

        try
        {
            if (Encoding.UTF8.GetString(Convert.FromBase64String(encoded)).TrimEnd('\0').Split(':', 2) is [{ Length: > 0 } name, var secret])
            {
                return new(name, secret);
            }
        }
        catch (FormatException)
        {
            // Said below, without what stands there.
        }

        throw new LabException($"{path}: auths.{registry}.auth is not USER:PASSWORD in base64. Log in again: docker login {registry}");
    }

    private async Task<RegistryLogin?> AskAsync(string helper, string key, CancellationToken cancellationToken)
    {
        if (!HelperName().IsMatch(helper))
        {
            throw new LabException($"{path}: '{VisibleText.Of(helper)}' is not the name of a credential helper.");
        }

        var program = $"docker-credential-{helper}";
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(HelperTimeout);
        try
        {
            var answer = await Cli.Wrap(program)
                .WithArguments("get")
                .WithStandardInputPipe(PipeSource.FromString(key))
                .WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync(timeout.Token);
            if (answer.IsSuccess)
            {
                return JsonSerializer.Deserialize<HelperAnswer>(answer.StandardOutput, JsonSerializerOptions.Web) is { Username: { } user, Secret: { } secret }
                    ? new(user, secret)
                    : throw new LabException($"{program}, which {path} names, gave neither a user nor a secret for {key}.");
            }

            var said = $"{answer.StandardOutput} {answer.StandardError}".Trim();
            return said.Contains(NotFound, StringComparison.OrdinalIgnoreCase)
                ? null
                : throw new LabException($"{program}, which {path} names, gave no login for {key} (exit code {answer.ExitCode}): {VisibleText.Of(said)}");
        }
        catch (Win32Exception e)
        {
            throw new LabException($"{program}, which {path} names for {key}, cannot be run: {e.Message}", inner: e);
        }
        catch (JsonException e)
        {
            throw new LabException($"{program}, which {path} names, gave no JSON for {key}.", inner: e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LabException($"{program}, which {path} names, has given no login for {key} within {HelperTimeout.TotalSeconds} s.", inner: e);
        }
    }

    [GeneratedRegex("^(https?://)?(?<host>[^/]*)")]
    private static partial Regex Address();

    [GeneratedRegex(@"\A\w[\w.-]*\z")]
    private static partial Regex HelperName();

    private sealed record Config(Dictionary<string, Auth>? Auths, Dictionary<string, string>? CredHelpers, string? CredsStore);

    private sealed record Auth([property: JsonPropertyName("auth")] string? Encoded, string? Username, string? Password, string? IdentityToken);

    private sealed record HelperAnswer(string? Username, string? Secret);
}
