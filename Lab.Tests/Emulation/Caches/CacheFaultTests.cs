using System.Net;
using System.Runtime.Versioning;
using Lab.Model.Registries;

namespace Lab.Tests.Emulation.Caches;

/// <summary>A cache whose registry fails: right bytes or a clear 5xx, and everything works again afterwards.</summary>
public sealed class CacheFaultTests
{
    [Theory]
    [InlineData(RegistryFault.Stopped)]
    [InlineData(RegistryFault.Silent)]
    [InlineData(RegistryFault.InternalError)]
    [InlineData(RegistryFault.Unavailable)]
    [InlineData(RegistryFault.TooManyRequests)]
    [InlineData(RegistryFault.SilentToken)]
    public async Task What_a_cache_cannot_know_is_never_not_found(RegistryFault fault)
    {
        await using var lab = await CacheLab.StartAsync();
        lab.Upstream.Fault = fault;
        lab.Upstream.WantsTokens = fault == RegistryFault.SilentToken;
        await (fault == RegistryFault.Stopped ? lab.Upstream.StopAsync() : Task.CompletedTask);

        string[] asked = ["manifests/1", $"manifests/{lab.ManifestDigest}", lab.LayerPath];
        await Task.WhenAll(asked.SelectMany(what => new[] { lab.IsUnavailableAsync(what, HttpMethod.Get), lab.IsUnavailableAsync(what, HttpMethod.Head) }));
        await lab.IsUnavailableAsync("tags/list", HttpMethod.Get);

        lab.Upstream.Fault = RegistryFault.None;
        await (fault == RegistryFault.Stopped ? lab.Upstream.StartAsync() : Task.CompletedTask);
        await lab.PullAsync();
        Assert.Equal(0, lab.Cache.Snapshot.Restarts);
    }

    [Theory]
    [InlineData(RegistryFault.TooManyRequests)]
    [InlineData(RegistryFault.Unavailable)]
    public async Task When_to_ask_again_passes(RegistryFault fault)
    {
        await using var lab = await CacheLab.StartAsync();
        (lab.Upstream.Fault, lab.Upstream.RetryAfter) = (fault, "17");
        foreach (var what in new[] { "manifests/1", lab.LayerPath })
        {
            using var response = await lab.AskAsync(what);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(17)), (response.StatusCode, response.Headers.RetryAfter?.Delta));
        }
    }

    [Theory]
    [InlineData(RegistryFault.Unauthorized)]
    [InlineData(RegistryFault.Forbidden)]
    [InlineData(RegistryFault.ForbiddenToken)]
    public async Task What_a_registry_gives_to_others_only_is_denied_and_never_not_found(RegistryFault fault)
    {
        await using var lab = await CacheLab.StartAsync();
        lab.Upstream.Fault = fault;
        lab.Upstream.WantsTokens = fault == RegistryFault.ForbiddenToken;
        foreach (var what in new[] { "manifests/1", $"manifests/{lab.ManifestDigest}", lab.LayerPath, "tags/list" })
        {
            using var response = await lab.AskAsync(what);
            Assert.True(response.StatusCode == HttpStatusCode.Forbidden, $"{what}: {await CacheLab.DescribeAsync(response)}");
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Contains("DENIED", text, StringComparison.Ordinal);
            Assert.Contains("does not give it to everybody", text, StringComparison.Ordinal);
        }

        lab.Upstream.Fault = RegistryFault.None;
        await lab.PullAsync();
    }

    [Fact]
    public async Task What_the_registry_does_not_have_is_not_found()
    {
        await using var lab = await CacheLab.StartAsync();
        foreach (var what in new[] { "manifests/2", $"manifests/sha256:{new string('0', 64)}", $"blobs/sha256:{new string('0', 64)}" })
        {
            using var response = await lab.AskAsync(what);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [Fact]
    public async Task What_a_cache_holds_is_served_without_its_registry()
    {
        await using var lab = await CacheLab.StartAsync();
        lab.Upstream.WantsTokens = true;
        await lab.PullAsync();
        await lab.KeptAsync(lab.LayerDigest);
        await lab.Upstream.StopAsync();

        await lab.PullAsync();
        using var part = await lab.AskAsync(lab.LayerPath, range: "bytes=1000-1999");
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(lab.Layer[1000..2000], await part.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        using var head = await lab.AskAsync(lab.LayerPath, HttpMethod.Head);
        Assert.Equal((HttpStatusCode.OK, lab.Layer.Length), (head.StatusCode, head.Content.Headers.ContentLength!.Value));
        using var same = await lab.AskAsync(lab.LayerPath, ifNoneMatch: $"\"{lab.LayerDigest}\"");
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
    }

    /// <summary>Distribution writes a JSON error of 70 bytes into the body when its registry breaks off; with 70 bytes missing the length is right.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(70)]
    [InlineData(1 << 20)]
    public async Task A_pull_that_broke_never_looks_whole(int missing)
    {
        await using var lab = await CacheLab.StartAsync();
        lab.Upstream.CutBeforeEnd = missing;
        Assert.Null((await lab.TryPullLayerAsync()).Content);

        lab.Upstream.CutBeforeEnd = null;
        await lab.PullAsync();
    }

    [Fact]
    public async Task Wrong_bytes_never_arrive_as_a_whole_and_are_not_kept()
    {
        await using var lab = await CacheLab.StartAsync();
        lab.Upstream.SendsWrongBytes = true;
        Assert.Null((await lab.TryPullLayerAsync()).Content);

        lab.Upstream.SendsWrongBytes = false;
        await lab.PullAsync();
    }

    [Fact]
    public async Task Large_bodies_are_passed_on_while_they_come()
    {
        await using var lab = await CacheLab.StartAsync();
        lab.Upstream.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var response = await lab.AskAsync(lab.LayerPath);
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var begin = new byte[lab.Layer.Length / 4];
        await body.ReadExactlyAsync(begin, TestContext.Current.CancellationToken);
        Assert.Equal(lab.Layer[..begin.Length], begin);

        lab.Upstream.Gate.SetResult();
        var rest = new byte[lab.Layer.Length - begin.Length];
        await body.ReadExactlyAsync(rest, TestContext.Current.CancellationToken);
        Assert.Equal(lab.Layer[begin.Length..], rest);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_registry_that_stops_during_a_pull_breaks_it_and_the_next_one_works(bool saysNothing)
    {
        await using var lab = await CacheLab.StartAsync();
        lab.Upstream.Gate = new TaskCompletionSource();
        using var response = await lab.AskAsync(lab.LayerPath);
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await (saysNothing ? Task.CompletedTask : lab.Upstream.StopAsync());
        await Assert.ThrowsAnyAsync<IOException>(() => body.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));

        lab.Upstream.Gate = null;
        await (saysNothing ? Task.CompletedTask : lab.Upstream.StartAsync());
        await lab.PullAsync();
        Assert.Equal(0, lab.Cache.Snapshot.Restarts);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task Where_the_cache_itself_fails_it_is_unavailable_and_never_an_error_without_a_word()
    {
        await using var lab = await CacheLab.StartAsync();
        await lab.PullAsync();
        await lab.KeptAsync(lab.LayerDigest);
        var kept = Path.GetDirectoryName(lab.FileOf(lab.LayerDigest))!;
        var mode = File.GetUnixFileMode(kept);
        // The registry is no exception to it, also where it runs as root.
        File.SetUnixFileMode(kept, UnixFileMode.None);
        await lab.IsUnavailableAsync(lab.LayerPath, HttpMethod.Get);
        using (var response = await lab.AskAsync(lab.LayerPath))
        {
            Assert.Contains(
                "the cache of test.example has failed (HTTP 500); its log says why",
                await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
                StringComparison.Ordinal
            );
        }

        File.SetUnixFileMode(kept, mode);
        await lab.PullAsync();
    }

    [Fact]
    public async Task Pushing_is_refused()
    {
        await using var lab = await CacheLab.StartAsync();
        using var response = await lab.AskAsync("blobs/uploads/", HttpMethod.Post);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["GET", "HEAD"], response.Content.Headers.Allow);
    }

    [Fact]
    public async Task While_its_registry_comes_and_goes_nodes_get_right_bytes_or_a_clear_error()
    {
        await using var lab = await CacheLab.StartAsync();
        using var end = new CancellationTokenSource();
        var flapping = Task.Run(
            async () =>
            {
                while (!end.IsCancellationRequested)
                {
                    await lab.Upstream.StopAsync();
                    await lab.Upstream.StartAsync();
                }
            },
            TestContext.Current.CancellationToken
        );

        Assert.True(Digest.TryParse(lab.LayerDigest, out var digest));
        await Parallel.ForAsync(
            0,
            200,
            new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = TestContext.Current.CancellationToken },
            async (i, _) =>
            {
                if (i % 10 == 0)
                {
                    lab.Store.Remove(digest);
                }

                var (status, content) = await lab.TryPullLayerAsync();
                Assert.True(status is null or HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, $"{status}");
                Assert.True(status != HttpStatusCode.OK || content is null || content.AsSpan().SequenceEqual(lab.Layer), "wrong bytes arrived as a whole");
            }
        );
        await end.CancelAsync();
        await flapping;
        await lab.PullAsync();
    }
}
