using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Lab.Tests.Emulation.Caches;

/// <summary>
/// A registry on this machine's loopback with one repository, which fails when a test says so. It is open, or wants the tokens that it
/// gives away, as registries on the internet do.
/// </summary>
internal sealed class FaultyRegistry : IAsyncDisposable
{
    public const string Repository = "demo/talos";
    public const string ManifestType = "application/vnd.oci.image.manifest.v1+json";

    private const string Token = "let-me-in";

    private readonly Dictionary<string, (string Type, byte[] Content)> _manifests = [];
    private readonly Dictionary<string, byte[]> _blobs = [];
    private readonly Dictionary<string, byte[]> _files = [];
    private readonly List<string> _requests = [];

    private WebApplication? _app;
    private int _port;

    /// <summary>Where it listens: an address that no other program of the host uses, so that its port is still free when it comes back.</summary>
    public IPAddress Address { get; init; } = new([127, (byte)Random.Shared.Next(1, 255), (byte)Random.Shared.Next(256), (byte)Random.Shared.Next(1, 255)]);

    public Uri Url => new($"http://{Address}:{_port}");

    public RegistryFault Fault { get; set; }

    public bool WantsTokens { get; set; }

    /// <summary>When to ask again, as it says with each failure; null for no word of it.</summary>
    public string? RetryAfter { get; set; }

    /// <summary>What somebody must show who wants a token: the header of basic authentication, or a form's fields; null for nothing.</summary>
    public string? WantsForToken { get; set; }

    /// <summary>Blobs end their connection when this many bytes are still to come.</summary>
    public int? CutBeforeEnd { get; set; }

    /// <summary>The last byte of blobs is another one.</summary>
    public bool SendsWrongBytes { get; set; }

    /// <summary>The digest that it says its answers have, instead of theirs.</summary>
    public string? SaysDigest { get; set; }

    /// <summary>Blobs stop in their middle until this completes.</summary>
    public TaskCompletionSource? Gate { get; set; }

    /// <summary>Requests so far: <c>GET /v2/… RANGE</c>.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    public static string Digest(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    public string AddBlob(byte[] content)
    {
        _blobs[Digest(content)] = content;
        return Digest(content);
    }

    public string AddManifest(string json, string? tag, string type = ManifestType)
    {
        var content = Encoding.UTF8.GetBytes(json);
        _manifests[Digest(content)] = (type, content);
        if (tag is not null)
        {
            _manifests[tag] = (type, content);
        }

        return Digest(content);
    }

    /// <summary>A file that is no part of the registry, with faults like a blob.</summary>
    public void AddFile(string path, byte[] content) => _files[path] = content;

    public async Task StartAsync()
    {
        // A socket that waited for connections is closed when that has ended, a moment after the server that had it.
        for (var attempt = 1; ; attempt++)
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(Address, _port));
            _app = builder.Build();
            _app.Run(AnswerAsync);
            try
            {
                await _app.StartAsync();
                _port = new Uri(_app.Urls.Single()).Port;
                return;
            }
            catch (IOException) when (_port != 0 && attempt < 500)
            {
                await _app.DisposeAsync();
                await Task.Delay(20);
            }
        }
    }

    /// <summary>Ends, with all connections.</summary>
    public async Task StopAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync(new CancellationToken(canceled: true));
            await _app.DisposeAsync();
            _app = null;
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private static async Task<string> ShownAsync(HttpRequest request)
    {
        if (request.Method != HttpMethods.Post)
        {
            return $"{request.Headers.Authorization}";
        }

        using var body = new StreamReader(request.Body);
        return await body.ReadToEndAsync(request.HttpContext.RequestAborted);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var (path, request) = (context.Request.Path.Value!, context.Request);
        lock (_requests)
        {
            _requests.Add($"{request.Method} {path}{request.QueryString} {request.Headers.Range}".TrimEnd());
        }

        if (path == "/token" && WantsForToken is { } wanted && wanted != await ShownAsync(request))
        {
            await ErrorAsync(context, 401, "UNAUTHORIZED");
            return;
        }

        if (path == "/token")
        {
            await (
                Fault switch
                {
                    RegistryFault.SilentToken => SilenceAsync(context),
                    RegistryFault.ForbiddenToken => ErrorAsync(context, 403, "DENIED"),
                    _ => context.Response.WriteAsJsonAsync(new { token = Token }),
                }
            );
            return;
        }

        if (WantsTokens && request.Headers.Authorization != $"Bearer {Token}")
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"{Url}token\",service=\"test\",scope=\"repository:{Repository}:pull\"";
            return;
        }

        await (
            Fault switch
            {
                RegistryFault.Silent => SilenceAsync(context),
                RegistryFault.InternalError => ErrorAsync(context, 500, "UNKNOWN"),
                RegistryFault.Unavailable => ErrorAsync(context, 503, "UNAVAILABLE"),
                RegistryFault.TooManyRequests => ErrorAsync(context, 429, "TOOMANYREQUESTS"),
                RegistryFault.Unauthorized => ErrorAsync(context, 401, "UNAUTHORIZED"),
                RegistryFault.Forbidden => ErrorAsync(context, 403, "DENIED"),
                _ => ContentAsync(context, path),
            }
        );
    }

    private Task ContentAsync(HttpContext context, string path)
    {
        const string root = $"/v2/{Repository}/";
        var name = path[(path.LastIndexOf('/') + 1)..];
        return path == $"{root}manifests/{name}" && _manifests.TryGetValue(name, out var manifest)
                ? SendAsync(context, manifest.Type, manifest.Content, isBlob: false)
            : path == $"{root}blobs/{name}" && _blobs.TryGetValue(name, out var blob) ? SendAsync(context, "application/octet-stream", blob, isBlob: true)
            : _files.TryGetValue(path, out var file) ? SendAsync(context, "application/octet-stream", file, isBlob: true)
            : ErrorAsync(context, 404, path.Contains("/blobs/") ? "BLOB_UNKNOWN" : "MANIFEST_UNKNOWN");
    }

    private async Task SendAsync(HttpContext context, string type, byte[] content, bool isBlob)
    {
        var response = context.Response;
        var from = isBlob && context.Request.GetTypedHeaders().Range?.Ranges.Single().From is { } first ? (int)first : 0;
        response.StatusCode = from > 0 ? 206 : 200;
        response.ContentType = type;
        response.ContentLength = content.Length - from;
        response.Headers["Docker-Content-Digest"] = SaysDigest ?? Digest(content);
        if (from > 0)
        {
            response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }

        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        byte[] sent = isBlob && SendsWrongBytes ? [.. content[..^1], (byte)(content[^1] ^ 1)] : content;
        if (isBlob && Gate is { } gate)
        {
            var middle = Math.Max(from, sent.Length / 2);
            await response.Body.WriteAsync(sent.AsMemory(from, middle - from), context.RequestAborted);
            await response.Body.FlushAsync(context.RequestAborted);
            await gate.Task.WaitAsync(context.RequestAborted);
            from = middle;
        }

        var end = isBlob && CutBeforeEnd is { } cut ? Math.Max(from, sent.Length - cut) : sent.Length;
        await response.Body.WriteAsync(sent.AsMemory(from, end - from), context.RequestAborted);
        await response.Body.FlushAsync(context.RequestAborted);
        if (end < sent.Length)
        {
            context.Abort();
        }
    }

    private static async Task SilenceAsync(HttpContext context) =>
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private Task ErrorAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = RetryAfter;
        return context.Response.WriteAsJsonAsync(new { errors = new[] { new { code, message = "a test says so" } } });
    }
}
