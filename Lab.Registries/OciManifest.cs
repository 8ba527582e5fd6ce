using System.Text.Json;
using System.Text.Json.Serialization;
using Lab.Model.Registries;

namespace Lab.Registries;

/// <summary>
/// An image's manifest, or an index of manifests for several platforms
/// (https://github.com/opencontainers/image-spec/blob/main/manifest.md, image-index.md; Docker's own forms have the same members).
/// </summary>
/// <param name="Manifests">Of an index: the manifests.</param>
/// <param name="Layers">Of a manifest: the layers, lowest first.</param>
public sealed record OciManifest(IReadOnlyList<OciDescriptor>? Manifests, IReadOnlyList<OciDescriptor>? Layers)
{
    /// <summary>The media types that are understood.</summary>
    public static readonly string[] MediaTypes =
    [
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    ];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Reads what a registry sent: every descriptor has a digest.</summary>
    /// <exception cref="JsonException">It is no manifest.</exception>
    public static OciManifest Parse(ReadOnlySpan<byte> content)
    {
        var manifest = JsonSerializer.Deserialize<OciManifest>(content, Json) ?? throw new JsonException("it is null.");
        return (manifest.Manifests ?? []).Concat(manifest.Layers ?? []).All(descriptor => descriptor is { Digest: not null })
            ? manifest
            : throw new JsonException("a descriptor has no digest.");
    }
}

/// <summary>Names a blob or manifest.</summary>
public sealed record OciDescriptor(Digest Digest, long Size, OciPlatform? Platform);

/// <summary>What an image runs on.</summary>
public sealed record OciPlatform(string Architecture, [property: JsonPropertyName("os")] string System);
