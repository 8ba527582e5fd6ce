using System.Text.Json.Serialization;

namespace Lab.Model.Registries;

/// <summary>
/// An image's manifest, or an index of manifests for several platforms
/// (https://github.com/opencontainers/image-spec/blob/main/manifest.md, image-index.md; Docker's own forms have the same members).
/// </summary>
/// <param name="Manifests">Of an index: the manifests.</param>
/// <param name="Layers">Of a manifest: the layers, lowest first.</param>
internal sealed record OciManifest(IReadOnlyList<OciDescriptor>? Manifests, IReadOnlyList<OciDescriptor>? Layers)
{
    /// <summary>The media types that are understood.</summary>
    public static readonly string[] MediaTypes =
    [
        "application/vnd.oci.image.index.v1+json", "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json", "application/vnd.docker.distribution.manifest.v2+json",
    ];
}

/// <summary>Names a blob or manifest.</summary>
internal sealed record OciDescriptor(Digest Digest, long Size, OciPlatform? Platform);

/// <summary>What an image runs on.</summary>
internal sealed record OciPlatform(string Architecture, [property: JsonPropertyName("os")] string System);
