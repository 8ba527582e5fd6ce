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
}
