using System.Net;
using System.Text.Json.Nodes;

namespace Lab.Tests.Emulation.Caches;

/// <summary>What a node does with the cache.</summary>
internal sealed partial class CacheLab
{
    /// <summary>Asks the cache for something of the repository.</summary>
    public Task<HttpResponseMessage> AskAsync(string what, HttpMethod? method = null, string? range = null, string? ifNoneMatch = null)
    {
        var request = new HttpRequestMessage(method ?? HttpMethod.Get, $"v2/{FaultyRegistry.Repository}/{what}");
        request.Headers.TryAddWithoutValidation("Accept", FaultyRegistry.ManifestType);
        request.Headers.TryAddWithoutValidation("Range", range);
        request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        return Node.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>Pulls manifest and layer, which must be right.</summary>
    public async Task PullAsync()
    {
        using var manifest = await AskAsync("manifests/1");
        Assert.True(manifest.IsSuccessStatusCode, await DescribeAsync(manifest));
        Assert.Equal(Manifest, await manifest.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        using var layer = await AskAsync(LayerPath);
        Assert.True(layer.IsSuccessStatusCode, await DescribeAsync(layer));
        Assert.Equal(Layer, await layer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Pulls the layer. No content when it did not arrive as a whole; no status when the connection broke before it was read.</summary>
    public async Task<(HttpStatusCode? Status, byte[]? Content)> TryPullLayerAsync()
    {
        HttpStatusCode? status = null;
        try
        {
            using var response = await AskAsync(LayerPath);
            status = response.StatusCode;
            return (status, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (status, null);
        }
    }

    public static async Task<string> DescribeAsync(HttpResponseMessage response) =>
        $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}";

    /// <summary>Asks for something, which must be answered as what a cache cannot know.</summary>
    public async Task IsUnavailableAsync(string what, HttpMethod method)
    {
        using var response = await AskAsync(what, method);
        Assert.True(response.StatusCode == HttpStatusCode.ServiceUnavailable, $"{method} {what}: {await DescribeAsync(response)}");
        Assert.NotNull(response.Headers.RetryAfter?.Delta);
        if (method == HttpMethod.Get)
        {
            var error = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["errors"]![0]!;
            Assert.Equal("UNAVAILABLE", (string?)error["code"]);
            Assert.NotEmpty((string?)error["message"] ?? "");
        }
    }
}
