using System.Net;
using Lab.Emulation.Images;
using Lab.Emulation.Linux;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Tests.Emulation.Caches;

namespace Lab.Tests.Emulation.Images;

/// <summary><c>--image</c> with the name of a container image.</summary>
public sealed class RegistryImageTests : IAsyncLifetime
{
    private const string Kernel = "output/talos/arm64/kernel-arm64";
    private const string Initramfs = "output/talos/arm64/initramfs-metal-arm64.xz";

    private static readonly string OfAmd64 = FaultyRegistry.Digest([8, 6]);

    private readonly TemporaryFolder _folder = new();
    private readonly FaultyRegistry _registry = new() { Address = IPAddress.Loopback };
    private readonly List<string> _said = [];

    public async ValueTask InitializeAsync() => await _registry.StartAsync();

    [Theory]
    [InlineData("gzip", false)]
    [InlineData("zstd", true)]
    [InlineData("", false)]
    public async Task Kernel_and_initramfs_are_taken_from_the_layers_for_arm64(string compression, bool wantsTokens)
    {
        _registry.WantsTokens = wantsTokens;
        AddIndex(
            ("amd64", OfAmd64),
            (
                "arm64",
                AddImage(
                    null,
                    BootFiles.Layer(compression, (Kernel, [1, 2, 3]), ("etc/os-release", [4]), ("output/talos/amd64/vmlinuz", [5])),
                    BootFiles.Layer(compression, (Kernel, BootFiles.Kernel()), (Initramfs, BootFiles.Initramfs))
                )
            )
        );

        var image = await GetAsync();
        Assert.Equal(BootFiles.Kernel(), await File.ReadAllBytesAsync(image.KernelPath, TestContext.Current.CancellationToken));
        Assert.Equal(BootFiles.Initramfs, await File.ReadAllBytesAsync(image.InitrdPath, TestContext.Current.CancellationToken));
        Assert.Equal(
            ["initramfs-metal-arm64.xz", "kernel-arm64"],
            Directory.GetFiles(Path.GetDirectoryName(image.KernelPath)!).Select(Path.GetFileName).Order()
        );
        Assert.Contains(_said, line => line.StartsWith("Fetching layer ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_layer_removes_is_not_there()
    {
        AddImage("1", Boot(), BootFiles.Layer("gzip", ("output/talos/arm64/.wh.initramfs-metal-arm64.xz", [])));
        await FailsAsync("1", "holds no initramfs");
    }

    [Fact]
    public async Task An_image_is_fetched_once_and_taken_without_the_registry_when_it_is_away()
    {
        AddImage("1", Boot());
        var first = await GetAsync();
        var requests = _registry.Requests.Count(request => request.Contains("/blobs/", StringComparison.Ordinal));
        Assert.Equal(first, await GetAsync(), SameFiles);
        Assert.Equal(requests, _registry.Requests.Count(request => request.Contains("/blobs/", StringComparison.Ordinal)));

        await _registry.StopAsync();
        Assert.Equal(first, await GetAsync(), SameFiles);
        Assert.Contains(_said, line => line.Contains("taking what it meant last", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_tag_that_moved_is_the_new_image()
    {
        AddImage("1", Boot());
        var first = await GetAsync();
        AddImage("1", BootFiles.Layer("gzip", (Kernel, BootFiles.Kernel()), (Initramfs, [1, 2, 3])));
        var second = await GetAsync();
        Assert.NotEqual(first.InitrdPath, second.InitrdPath);
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(second.InitrdPath, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_broken_download_goes_on_where_it_broke()
    {
        var layer = Boot();
        AddImage("1", layer);
        _registry.CutBeforeEnd = 100_000;
        await FailsAsync("1", "goes on from there");

        // How much of the last that was sent arrives when a connection breaks is the network's affair.
        var kept = new FileInfo(Assert.Single(Directory.EnumerateFiles(_folder.Path, "*.partial", SearchOption.AllDirectories))).Length;
        Assert.InRange(kept, 1, layer.Length - 100_000);

        _registry.CutBeforeEnd = null;
        await GetAsync();
        Assert.EndsWith($"bytes={kept}-", _registry.Requests[^1]);
    }

    [Fact]
    public async Task By_digest()
    {
        var digest = AddImage(null, Boot());
        await GetAsync($"test.example/{FaultyRegistry.Repository}@{digest}");
        await _registry.StopAsync();
        await GetAsync($"test.example/{FaultyRegistry.Repository}@{digest}");
        Assert.DoesNotContain(_said, line => line.Contains("meant last", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_registry_on_this_machine_is_asked_without_TLS()
    {
        AddImage("1", Boot());
        await GetAsync($"localhost:{_registry.Url.Port}/{FaultyRegistry.Repository}:1");
    }

    [Fact]
    public async Task A_tag_that_is_missing_is_named() => await FailsAsync("2", "has no demo/talos with the tag 2");

    [Fact]
    public async Task An_index_without_arm64_says_what_it_is_for()
    {
        AddIndex(("amd64", OfAmd64));
        await FailsAsync("1", "is not for arm64; it is for amd64");
    }

    [Fact]
    public async Task A_kernel_for_another_architecture_is_refused()
    {
        AddImage("1", BootFiles.Layer("gzip", (Kernel, BootFiles.Kernel(BootFiles.X64)), (Initramfs, BootFiles.Initramfs)));
        await FailsAsync("1", "is for amd64, not for arm64");
    }

    [Fact]
    public async Task A_layer_with_other_bytes_is_thrown_away()
    {
        AddImage("1", Boot());
        _registry.SendsWrongBytes = true;
        await FailsAsync("1", "is not what it should be");
        _registry.SendsWrongBytes = false;
        await GetAsync();
    }

    [Theory]
    [InlineData("/etc/logrotate.d/x")]
    [InlineData("sha256:../../../../x")]
    [InlineData("md5:00000000000000000000000000000000")]
    [InlineData("sha256:ABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCD")]
    [InlineData("")]
    public async Task A_descriptor_whose_digest_is_none_is_refused_and_nothing_is_written(string digest)
    {
        _registry.AddManifest($$"""{"schemaVersion":2,"layers":[{"digest":"{{digest}}","size":5}]}""", "1");
        await FailsAsync("1", "a descriptor's digest is not sha256:");
        AddIndex(("arm64", digest));
        await FailsAsync("1", "a descriptor's digest is not sha256:");
        Assert.DoesNotContain(_registry.Requests, request => request.Contains("/blobs/", StringComparison.Ordinal));
        Assert.Equal(["lock"], Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
    }

    /// <summary>Manifests and indices, cut, mixed and changed at random from a fixed seed: each is an image or a sentence, and nothing of it is left.</summary>
    [Fact]
    public async Task Whatever_a_registry_says_is_an_image_or_a_clear_error()
    {
        var layer = BootFiles.Layer("gzip", ("etc/os-release", [4]));
        var image =
            $$"""{"schemaVersion":2,"config":{"digest":"{{OfAmd64}}","size":2},"layers":[{"digest":"{{_registry.AddBlob(layer)}}","size":{{layer.Length}},"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip"}]}""";
        string[] seeds =
        [
            image,
            $$"""{"schemaVersion":2,"manifests":[{"platform":{"architecture":"arm64","os":"linux"},"digest":"{{_registry.AddManifest(image, null)}}","size":{{image.Length}} }]}""",
            "[]",
            "null",
            "7",
            "",
            "{}",
            """{"layers":null}""",
            """{"layers":[null]}""",
            """{"manifests":[null]}""",
            """{"manifests":[{"platform":null}]}""",
            """{"layers":{}}""",
            """{"layers":[{"digest":7,"size":"x"}]}""",
            $$"""{"layers":[{"digest":"{{OfAmd64}}","size":-1}]}""",
            $$"""{"layers":[{"digest":"{{OfAmd64}}","size":9223372036854775807}]}""",
            $$"""{"manifests":[{"platform":{"architecture":null,"os":null},"digest":"{{OfAmd64}}","size":1}]}""",
        ];
        var random = new Random(12);
        for (var i = 0; i < 400; i++)
        {
            var (first, second) = (seeds[random.Next(seeds.Length)], seeds[random.Next(seeds.Length)]);
            var json = i < seeds.Length ? seeds[i] : first[..random.Next(first.Length + 1)] + second[random.Next(second.Length + 1)..];
            if (i >= seeds.Length && json.Length > 0 && random.Next(2) == 0)
            {
                json = json.Remove(random.Next(json.Length), 1);
            }

            _registry.AddManifest(json, "1", random.Next(4) == 0 ? "application/vnd.oci.image.index.v1+json" : FaultyRegistry.ManifestType);
            var thrown = await Record.ExceptionAsync(() => GetAsync());
            Assert.True(thrown is null or LabException, $"seed 12, manifest {i}: {json}\n{thrown}");
            Assert.Empty(Directory.EnumerateFiles(_folder.Path, "kernel*", SearchOption.AllDirectories));
        }
    }

    [Fact]
    public async Task A_child_manifest_with_other_bytes_is_refused()
    {
        var child = AddImage(null, Boot());
        _registry.AddManifest("""{"schemaVersion":2,"layers":[]}""", child);
        AddIndex(("arm64", child));
        await FailsAsync("1", $"asked for {child}");
    }

    [Fact]
    public async Task A_layer_that_is_larger_than_its_descriptor_says_is_thrown_away()
    {
        var layer = Boot();
        _registry.AddManifest($$"""{"schemaVersion":2,"layers":[{"digest":"{{_registry.AddBlob(layer)}}","size":{{layer.Length - 1}}}]}""", "1");
        await FailsAsync("1", $"is larger than the {layer.Length - 1} bytes");
        Assert.Equal(["lock"], Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Bytes_that_are_not_verified_have_no_name_that_can_be_guessed()
    {
        var layer = Boot();
        var digest = FaultyRegistry.Digest(layer);
        AddImage("1", layer);
        _registry.CutBeforeEnd = 100_000;
        await FailsAsync("1", "goes on from there");
        var file = Assert.Single(Directory.EnumerateFiles(_folder.Path, "*.partial", SearchOption.AllDirectories));
        Assert.Matches($@"/sha256-{digest[7..]}\.[0-9a-f]{{32}}\.partial$", file);

        _registry.CutBeforeEnd = null;
        _registry.SendsWrongBytes = true;
        await FailsAsync("1", "is not what it should be");
        Assert.Equal(["lock"], Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
    }

    [Fact]
    public async Task An_image_without_a_kernel_says_what_was_looked_for()
    {
        AddImage("1", BootFiles.Layer("gzip", (Initramfs, BootFiles.Initramfs)));
        await FailsAsync("1", "holds no kernel; looked for kernel-arm64, vmlinuz-arm64, vmlinuz");
    }

    [Fact]
    public async Task A_layer_that_is_no_archive_is_told()
    {
        AddImage("1", [0x1f, 0x8b, 1, 2, 3, 4]);
        await FailsAsync("1", "no tar archive");
    }

    [Fact]
    public async Task A_registry_that_cannot_be_reached_is_told()
    {
        await _registry.StopAsync();
        await FailsAsync("1", "cannot be fetched");
    }

    [Fact]
    public async Task What_is_neither_folder_nor_release_nor_image_is_told_with_the_three_forms()
    {
        var error = await Assert.ThrowsAsync<LabException>(() => GetAsync("./no-such-folder"));
        Assert.Contains("v1.11.2", error.Message);
        Assert.Contains("ghcr.io/owner/name:tag", error.Message);
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _folder.Dispose();
    }

    private static byte[] Boot() => BootFiles.Layer("gzip", (Kernel, BootFiles.Kernel()), (Initramfs, BootFiles.Initramfs));

    private static bool SameFiles(NodeImage one, NodeImage other) => (one.KernelPath, one.InitrdPath) == (other.KernelPath, other.InitrdPath);

    private string AddImage(string? tag, params byte[][] layers)
    {
        var entries = layers.Select(layer =>
            $$"""{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"{{_registry.AddBlob(layer)}}","size":{{layer.Length}}}"""
        );
        return _registry.AddManifest($$"""{"schemaVersion":2,"mediaType":"{{FaultyRegistry.ManifestType}}","layers":[{{string.Join(',', entries)}}]}""", tag);
    }

    private void AddIndex(params (string Architecture, string Digest)[] manifests)
    {
        const string type = "application/vnd.oci.image.index.v1+json";
        var entries = manifests.Select(manifest =>
            $$"""{"digest":"{{manifest.Digest}}","size":1,"platform":{"architecture":"{{manifest.Architecture}}","os":"linux"} }"""
        );
        _registry.AddManifest($$"""{"schemaVersion":2,"mediaType":"{{type}}","manifests":[{{string.Join(',', entries)}}]}""", "1", type);
    }

    private async Task FailsAsync(string tag, string message)
    {
        var error = await Assert.ThrowsAsync<LabException>(() => GetAsync($"test.example/{FaultyRegistry.Repository}:{tag}"));
        Assert.Contains(message, error.Message);
    }

    private async Task<NodeImage> GetAsync(string reference = $"test.example/{FaultyRegistry.Repository}:1") =>
        (
            await new ImageChoice(
                reference,
                new LabDefinition
                {
                    Mirrors =
                    [
                        new()
                        {
                            Registry = "test.example",
                            Upstream = _registry.Url,
                            Port = new(5050),
                        },
                    ],
                },
                null!,
                new LabFolders(_folder.Path, _folder.Path),
                _said.Add
            ).GetAllAsync(TestContext.Current.CancellationToken)
        ).All.Single();
}
