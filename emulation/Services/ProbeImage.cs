using System.Security.Cryptography;
using System.Text;
using Lab.Model.Services;

namespace Lab.Emulation.Services;

/// <summary>
/// The image <see cref="RegistryCache.ProbeRepository"/>: a manifest without layers (https://github.com/opencontainers/image-spec),
/// the smallest thing that a cache can pull and keep.
/// </summary>
internal static class ProbeImage
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    private const string ConfigType = "application/vnd.oci.image.config.v1+json";

    private static readonly byte[] Config = Encoding.UTF8.GetBytes("""{"architecture":"arm64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}""");
    private static readonly byte[] Manifest = Encoding.UTF8.GetBytes(
        $$"""{"schemaVersion":2,"mediaType":"{{ManifestType}}","config":{"mediaType":"{{ConfigType}}","digest":"{{Digest(Config)}}","size":{{Config.Length}}},"layers":[]}"""
    );

    /// <summary>What the registry API answers for a path of the image; null for what it does not have.</summary>
    public static (string Type, byte[] Content, string Digest)? Find(string path)
    {
        const string root = $"/v2/{RegistryCache.ProbeRepository}";
        return path == $"{root}/manifests/{RegistryCache.ProbeTag}" || path == $"{root}/manifests/{Digest(Manifest)}"
                ? (ManifestType, Manifest, Digest(Manifest))
            : path == $"{root}/blobs/{Digest(Config)}" ? ("application/octet-stream", Config, Digest(Config))
            : null;
    }

    private static string Digest(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";
}
