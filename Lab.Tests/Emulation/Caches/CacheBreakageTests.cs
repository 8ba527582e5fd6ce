using System.Net;
using Lab.Emulation.Linux;

namespace Lab.Tests.Emulation.Caches;

/// <summary>A cache whose own process, disk or files fail: right bytes or a clear 5xx, and everything works again afterwards.</summary>
public sealed class CacheBreakageTests
{
    [Fact]
    public async Task A_cache_that_does_not_run_is_unavailable()
    {
        await using var lab = await CacheLab.StartAsync();
        await lab.Cache.StopAsync();
        await lab.IsUnavailableAsync("manifests/1", HttpMethod.Get);
        await lab.IsUnavailableAsync(lab.LayerPath, HttpMethod.Head);
        lab.Cache.Start();
        await lab.UntilAsync(async () => (await lab.AskAsync("manifests/1", HttpMethod.Head)).IsSuccessStatusCode, "the cache is back");
        await lab.PullAsync();
    }

    [Fact]
    public async Task A_cache_killed_during_a_pull_breaks_it_and_comes_back_by_itself()
    {
        await using var lab = await CacheLab.StartAsync();
        lab.Upstream.Gate = new TaskCompletionSource();
        using var response = await lab.AskAsync(lab.LayerPath);
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        ProcessIdentity.Of(lab.Cache.Snapshot.Pid!.Value)!.Kill();
        await Assert.ThrowsAnyAsync<IOException>(() => body.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
        lab.Upstream.Gate = null;

        await lab.UntilAsync(
            async () =>
            {
                using var answer = await lab.AskAsync("manifests/1");
                Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, await CacheLab.DescribeAsync(answer));
                return answer.IsSuccessStatusCode;
            },
            "the cache is back"
        );
        await lab.PullAsync();
        Assert.Equal(1, lab.Cache.Snapshot.Restarts);
    }

    [Fact]
    public async Task On_a_full_disk_nodes_get_right_bytes_or_a_clear_error_and_with_space_again_all_is_well()
    {
        await using var lab = await CacheLab.StartAsync(storeMib: 4);
        var filler = Path.Combine(lab.StoreFolder, "filler");
        await using (var file = File.OpenWrite(filler))
        {
            Assert.Throws<IOException>(() => Enumerable.Range(0, 10_000).ToList().ForEach(_ => file.Write(new byte[4096])));
        }

        using (var manifest = await lab.AskAsync("manifests/1"))
        {
            Assert.True(manifest.StatusCode >= HttpStatusCode.InternalServerError, await CacheLab.DescribeAsync(manifest));
        }

        Assert.Equal(lab.Layer, (await lab.TryPullLayerAsync()).Content);
        Assert.False(File.Exists(lab.FileOf(lab.LayerDigest)));

        File.Delete(filler);
        await lab.PullAsync();
        await lab.KeptAsync(lab.LayerDigest);
        Assert.Equal(0, lab.Cache.Snapshot.Restarts);
    }

    [Fact]
    public async Task A_kept_blob_that_was_damaged_is_not_served_and_fetched_again()
    {
        await using var lab = await CacheLab.StartAsync();
        await lab.PullAsync();
        await lab.KeptAsync(lab.LayerDigest);
        await File.WriteAllBytesAsync(lab.FileOf(lab.LayerDigest), lab.Layer[..100], TestContext.Current.CancellationToken);

        await lab.IsUnavailableAsync(lab.LayerPath, HttpMethod.Get);
        await lab.PullAsync();
    }
}
