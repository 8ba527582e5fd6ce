using System.Text;
using Lab.Emulation.Linux;
using Lab.Model.Services;
using Lab.Tests.Emulation.Caches;

namespace Lab.Tests.Deployer;

/// <summary>Distribution's registry with all images of a lab, and the lab file that names them.</summary>
internal sealed class PinnedRegistry : IAsyncDisposable
{
    private const string IndexType = "application/vnd.oci.image.index.v1+json";

    private static readonly string[] Repositories =
    [
        "lab/matchbox",
        "lab/dnsmasq",
        "lab/registry",
        "lab/pihole",
        "lab/talos",
        ContainerImages.ComposePlugin.Split(':')[0],
    ];

    private readonly RealRegistry _registry;

    private PinnedRegistry(RealRegistry registry) => _registry = registry;

    public string Yaml => Lab(_registry.Url);

    /// <summary>A lab whose images are all in one registry.</summary>
    public static string Lab(Uri registry, string repository = "lab") =>
        $$"""
            images: {matchbox: "{{registry.Authority}}/{{repository}}/matchbox:1", dnsmasq: "{{registry.Authority}}/{{repository}}/dnsmasq:1", registry: "{{registry.Authority}}/{{repository}}/registry:1", piHole: "{{registry.Authority}}/{{repository}}/pihole:1"}
            boot: {image: "{{registry.Authority}}/{{repository}}/talos:1"}
            network: {egress: ipv6}
            mirrors: [{registry: docker.io, upstream: "{{registry}}", port: 5050}]
            """;

    public static async Task<PinnedRegistry> StartAsync()
    {
        var tools = await new HostInstaller(LabFolders.OfUser, _ => { }).ProvideAsync(install: true, tryAgain: false, TestContext.Current.CancellationToken);
        var registry = new PinnedRegistry(await RealRegistry.StartAsync(tools.DockerRegistry));
        foreach (var repository in Repositories)
        {
            await registry.PushAsync(repository, "first");
        }

        return registry;
    }

    /// <summary>The name of an image.</summary>
    public string Name(string repository) =>
        repository.StartsWith("lab/", StringComparison.Ordinal) ? $"{_registry.Url.Authority}/{repository}:1" : ContainerImages.ComposePlugin;

    /// <summary>Pushes an image for two platforms and moves the tag to it.</summary>
    /// <returns>The digest of its index.</returns>
    public async Task<string> PushAsync(string repository, string content)
    {
        var layer = Encoding.UTF8.GetBytes(content);
        await _registry.PushBlobAsync(repository, layer);
        await _registry.PushBlobAsync(repository, "{}"u8.ToArray());
        var manifest =
            $$"""{"schemaVersion":2,"mediaType":"{{FaultyRegistry.ManifestType}}","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{FaultyRegistry.Digest("{}"u8.ToArray())}}","size":2},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{FaultyRegistry.Digest(layer)}}","size":{{layer.Length}}}]}""";
        var bytes = Encoding.UTF8.GetBytes(manifest);
        await _registry.PushManifestAsync(repository, manifest, FaultyRegistry.Digest(bytes));
        var platforms = string.Join(
            ',',
            new[] { "amd64", "arm64" }.Select(architecture =>
                $$$"""{"mediaType":"{{{FaultyRegistry.ManifestType}}}","digest":"{{{FaultyRegistry.Digest(bytes)}}}","size":{{{bytes.Length}}},"platform":{"architecture":"{{{architecture}}}","os":"linux"}}"""
            )
        );
        var index = $$"""{"schemaVersion":2,"mediaType":"{{IndexType}}","manifests":[{{platforms}}]}""";
        await _registry.PushManifestAsync(
            repository,
            index,
            repository.StartsWith("lab/", StringComparison.Ordinal) ? "1" : ContainerImages.ComposePlugin.Split(':')[1],
            IndexType
        );
        return FaultyRegistry.Digest(Encoding.UTF8.GetBytes(index));
    }

    public ValueTask DisposeAsync() => _registry.DisposeAsync();
}
