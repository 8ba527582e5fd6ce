using System.Net;
using System.Text;
using Lab.Model.Registries;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Lab.Bench;

/// <summary>A registry on loopback with one image, which has one layer.</summary>
internal sealed class ImageRegistry : IAsyncDisposable
{
    public const string Repository = "bench/image";
    public const string ManifestType = "application/vnd.oci.image.manifest.v1+json";

    private readonly WebApplication _app;
    private readonly Dictionary<string, (string Type, byte[] Content)> _contents = [];

    private ImageRegistry(int layerSize)
    {
        var layer = new byte[layerSize];
        new Random(1).NextBytes(layer);
        Layer = Add("application/octet-stream", layer);
        var config = Add("application/octet-stream", "{}"u8.ToArray());
        Manifest = Add(
            ManifestType,
            Encoding.UTF8.GetBytes(
                $$"""{"schemaVersion":2,"mediaType":"{{ManifestType}}","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{config}}","size":2},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{Layer}}","size":{{layerSize}}}]}"""
            )
        );
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>Digest of the layer.</summary>
    public Digest Layer { get; }

    /// <summary>Digest of the manifest.</summary>
    public Digest Manifest { get; }

    public Uri Url => new(_app.Urls.Single());

    public static async Task<ImageRegistry> StartAsync(int layerSize)
    {
        var registry = new ImageRegistry(layerSize);
        await registry._app.StartAsync();
        return registry;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Digest Add(string type, byte[] content)
    {
        var digest = Digest.Sha256(content);
        _contents[digest.ToString()] = (type, content);
        return digest;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var (path, response) = (context.Request.Path.Value!, context.Response);
        var digest = path[(path.LastIndexOf('/') + 1)..];
        if (!_contents.TryGetValue(digest, out var found))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        response.ContentType = found.Type;
        response.Headers.ContentLength = found.Content.Length;
        response.Headers["Docker-Content-Digest"] = digest;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await response.Body.WriteAsync(found.Content, context.RequestAborted);
        }
    }
}
