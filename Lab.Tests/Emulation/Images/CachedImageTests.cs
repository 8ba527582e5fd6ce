using Lab.Emulation.Images;
using Lab.Emulation.Linux;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Runtime;
using Lab.Tests.Emulation.Caches;

namespace Lab.Tests.Emulation.Images;

/// <summary><c>--image</c> with a registry that the lab has a cache of.</summary>
public sealed class CachedImageTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FaultyRegistry _registry = new();
    private readonly List<string> _said = [];
    private readonly string _layer;

    public CachedImageTests()
    {
        var layer = BootFiles.Layer("gzip", ("talos/kernel-arm64", BootFiles.Kernel()), ("talos/initramfs-metal-arm64.xz", BootFiles.Initramfs));
        _layer = _registry.AddBlob(layer);
        var config = _registry.AddBlob("{}"u8.ToArray());
        _registry.AddManifest(
            $$"""{"schemaVersion":2,"mediaType":"{{FaultyRegistry.ManifestType}}","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{config}}","size":2},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"{{_layer}}","size":{{layer.Length}}}]}""",
            "1"
        );
    }

    private LabFolder Lab => new("pull", Path.Combine(_folder.Path, "pull"));

    [Fact]
    public async Task It_is_pulled_through_the_cache_which_keeps_it()
    {
        await _registry.StartAsync();
        var image = await GetAsync("first");
        Assert.Equal(BootFiles.Initramfs, await File.ReadAllBytesAsync(image.InitrdPath, TestContext.Current.CancellationToken));
        Assert.Contains(_said, line => line.Contains("through the lab's cache of test.example", StringComparison.Ordinal));
        Assert.True(File.Exists(Path.Combine(Lab.Registries, "test.example/docker/registry/v2/blobs/sha256", _layer[7..9], _layer[7..], "data")));
        Assert.False(Directory.Exists(Lab.Run));
        Assert.Empty(ProcessMark.Find(Lab));

        // Nothing fetched before, no registry: all of it is the cache's.
        await _registry.StopAsync();
        await GetAsync("second");
    }

    [Fact]
    public async Task A_pull_that_broke_goes_on_at_the_registry()
    {
        await _registry.StartAsync();
        _registry.CutBeforeEnd = 100_000;
        await Assert.ThrowsAnyAsync<Exception>(() => GetAsync("first"));
        _registry.CutBeforeEnd = null;
        await GetAsync("first");
        Assert.Contains(_registry.Requests, request => request.Contains("bytes=", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(RegistryFault.Unauthorized)]
    [InlineData(RegistryFault.Forbidden)]
    [InlineData(RegistryFault.ForbiddenToken)]
    public async Task What_the_registry_denies_is_told_as_that(RegistryFault fault)
    {
        await _registry.StartAsync();
        _registry.WantsTokens = fault == RegistryFault.ForbiddenToken;
        _registry.Fault = fault;
        var error = await Assert.ThrowsAsync<LabException>(() => GetAsync("first"));
        Assert.Contains($"does not give test.example/{FaultyRegistry.Repository}:1 to everybody", error.Message);
        Assert.Contains("pull it yourself and give a folder", error.Message);
        Assert.Contains(_said, line => line.Contains("through the lab's cache of test.example", StringComparison.Ordinal));

        _registry.Fault = RegistryFault.None;
        await GetAsync("first");
    }

    /// <summary>The cache still holds the manifest; what it lacks it asks for, and is denied.</summary>
    [Theory]
    [InlineData(RegistryFault.Unauthorized)]
    [InlineData(RegistryFault.Forbidden)]
    [InlineData(RegistryFault.ForbiddenToken)]
    public async Task A_layer_that_the_registry_denies_by_now_is_told_as_that(RegistryFault fault)
    {
        await _registry.StartAsync();
        await GetAsync("first");
        new CacheStore(Path.Combine(Lab.Registries, "test.example")).Remove(
            global::Lab.Model.Registries.Digest.TryParse(_layer, out var layer) ? layer : throw new FormatException(_layer)
        );
        _registry.WantsTokens = fault == RegistryFault.ForbiddenToken;
        _registry.Fault = fault;
        var error = await Assert.ThrowsAsync<LabException>(() => GetAsync("second"));
        Assert.Contains("for everybody", error.Message);
        Assert.DoesNotContain("goes on from there", error.Message);
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        await CleanUp.RunAsync(Lab, CancellationToken.None);
        _folder.Dispose();
    }

    private async Task<NodeImage> GetAsync(string cache)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var tools = await new HostInstaller(LabFolders.OfUser, _ => { }).ProvideAsync(install: true, tryAgain: false, cancellationToken);
        var lab = new LabDefinition
        {
            Name = "pull",
            Mirrors =
            [
                new()
                {
                    Registry = "test.example",
                    Upstream = _registry.Url,
                    Port = new(5050),
                },
            ],
        };
        var choice = new ImageChoice(
            $"test.example/{FaultyRegistry.Repository}:1",
            lab,
            tools,
            new LabFolders(_folder.Path, Path.Combine(_folder.Path, cache)),
            _said.Add
        )
        {
            OpenCache = mirror => PullCache.StartAsync(lab, mirror, Lab, tools, HelperProgram.SocketBroker, cancellationToken),
        };
        return (await choice.GetAllAsync(cancellationToken)).All.Single();
    }
}
