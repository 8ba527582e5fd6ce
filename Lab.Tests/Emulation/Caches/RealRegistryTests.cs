using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Lab.Emulation.Linux;

namespace Lab.Tests.Emulation.Caches;

/// <summary>A cache of Distribution's own registry.</summary>
public sealed class RealRegistryTests
{
    [Fact]
    public async Task What_the_registry_does_not_have_is_not_found_until_it_has_it()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var tools = await new HostInstaller(LabFolders.OfUser, _ => { }).ProvideAsync(install: true, tryAgain: false, cancellationToken);
        await using var registry = await RealRegistry.StartAsync(tools.DockerRegistry);
        await using var lab = await CacheLab.StartAsync(upstream: registry.Url);
        var digest = FaultyRegistry.Digest(Encoding.UTF8.GetBytes(lab.Manifest));
        foreach (
            var (what, code) in new[] { ("manifests/1", "MANIFEST_UNKNOWN"), ($"manifests/{digest}", "MANIFEST_UNKNOWN"), (lab.LayerPath, "BLOB_UNKNOWN") }
        )
        {
            using var response = await lab.AskAsync(what);
            Assert.True(response.StatusCode == HttpStatusCode.NotFound, $"{what}: {await CacheLab.DescribeAsync(response)}");
            Assert.Equal(code, (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!["errors"]![0]!["code"]);
            using var head = await lab.AskAsync(what, HttpMethod.Head);
            Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
        }

        await registry.PushBlobAsync(FaultyRegistry.Repository, lab.Layer);
        await registry.PushBlobAsync(FaultyRegistry.Repository, "{}"u8.ToArray());
        await registry.PushManifestAsync(FaultyRegistry.Repository, lab.Manifest, "1");
        using var known = await lab.AskAsync($"manifests/{digest}");
        Assert.Equal(lab.Manifest, await known.Content.ReadAsStringAsync(cancellationToken));
        await lab.PullAsync();
    }

    /// <summary>As Harbor has them: its own API begins before the project, and some write that too.</summary>
    [Theory]
    [InlineData("/docker-hub")]
    [InlineData("/v2/docker-hub/")]
    public async Task Of_a_registry_that_proxies_others_a_project_is_pulled(string project)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var tools = await new HostInstaller(LabFolders.OfUser, _ => { }).ProvideAsync(install: true, tryAgain: false, cancellationToken);
        await using var registry = await RealRegistry.StartAsync(tools.DockerRegistry);
        await using var lab = await CacheLab.StartAsync(upstream: new Uri(registry.Url, project));
        await registry.PushBlobAsync($"docker-hub/{FaultyRegistry.Repository}", lab.Layer);
        await registry.PushBlobAsync($"docker-hub/{FaultyRegistry.Repository}", "{}"u8.ToArray());
        await registry.PushManifestAsync($"docker-hub/{FaultyRegistry.Repository}", lab.Manifest, "1");
        await lab.PullAsync();
    }

    [Fact]
    public async Task An_image_of_another_registry_is_refused_with_the_port_that_is_meant()
    {
        await using var lab = await CacheLab.StartAsync();
        using var right = await lab.AskAsync("manifests/1?ns=test.example");
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        await IsMisdirectedAsync(lab, "manifests/1?ns=other.example", "that of other.example is at port 5051");
        await IsMisdirectedAsync(lab, "manifests/1?ns=third.example", "no cache of the lab has third.example");
    }

    [Fact]
    public async Task One_cache_for_all_other_registries_keeps_them_apart_and_tells_which_is_meant()
    {
        await using var lab = await CacheLab.StartAsync(registry: "*");
        foreach (var ns in new[] { "a.example", "b.example:5000" })
        {
            using var manifest = await lab.AskAsync($"manifests/1?ns={ns}");
            Assert.True(manifest.IsSuccessStatusCode, await CacheLab.DescribeAsync(manifest));
            Assert.Equal(lab.Manifest, await manifest.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Contains(
                lab.Upstream.Requests,
                request => request.EndsWith($"/v2/demo/talos/manifests/1?ns={Uri.EscapeDataString(ns)}", StringComparison.Ordinal)
            );
        }

        await lab.UntilAsync(
            () =>
                Task.FromResult(
                    new[] { "a.example", "b.example_5000" }.All(folder =>
                        Directory.Exists(Path.Combine(lab.StoreFolder, "docker/registry/v2/repositories", folder, "demo/talos"))
                    )
                ),
            "both are kept"
        );
        foreach (var ns in new[] { "", "?ns=", "?ns=..", "?ns=a/b", "?ns=A.example" })
        {
            await IsMisdirectedAsync(lab, $"manifests/1{ns}", "does not say in ns which is meant");
        }
    }

    private static async Task IsMisdirectedAsync(CacheLab lab, string what, string reason)
    {
        var before = lab.Upstream.Requests.Count;
        using var response = await lab.AskAsync(what);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, response.StatusCode);
        Assert.Contains(reason, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(before, lab.Upstream.Requests.Count);
    }
}
