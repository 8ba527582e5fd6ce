using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using Lab.Dashboard.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Lab.Dashboard.Assets;

/// <summary>Styles and scripts out of the assembly. They hold no secret, so the login page may have them too.</summary>
internal static class EmbeddedAssets
{
    private const string Folder = "assets/";

    private static readonly FrozenDictionary<string, Asset> All = Read();

    public static void Map(WebApplication app) =>
        app.MapGet(
                $"/{Folder}{{name}}",
                (HttpContext context, string name) =>
                {
                    if (!All.TryGetValue(name, out var asset))
                    {
                        return Results.NotFound();
                    }

                    context.Response.Headers.CacheControl = "no-cache";
                    context.Response.Headers.ContentEncoding = "br";
                    return Results.Bytes(asset.Compressed, asset.MediaType, entityTag: asset.Tag);
                }
            )
            .WithMetadata(DashboardEndpoint.Instance);

    private static FrozenDictionary<string, Asset> Read()
    {
        var assembly = typeof(EmbeddedAssets).Assembly;
        return assembly
            .GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .ToFrozenDictionary(
                name => name[Folder.Length..],
                name =>
                {
                    using var resource = assembly.GetManifestResourceStream(name)!;
                    using var compressed = new MemoryStream();
                    using (var brotli = new BrotliStream(compressed, CompressionLevel.Fastest))
                    {
                        resource.CopyTo(brotli);
                    }

                    var bytes = compressed.ToArray();
                    return new Asset(bytes, MediaType(name), new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\""));
                }
            );
    }

    private static string MediaType(string name) =>
        Path.GetExtension(name) switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            _ => "image/svg+xml",
        };

    private sealed record Asset(byte[] Compressed, string MediaType, EntityTagHeaderValue Tag);
}
