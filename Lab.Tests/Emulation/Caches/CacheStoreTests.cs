using System.Net;
using Lab.Emulation.Services;
using Lab.Model.Registries;

namespace Lab.Tests.Emulation.Caches;

/// <summary>What a cache keeps, and what is removed from it.</summary>
public sealed class CacheStoreTests
{
    private static Digest Parse(string text) => Digest.TryParse(text, out var digest) ? digest : throw new FormatException(text);

    [Fact]
    public void What_was_not_used_for_longest_is_removed_first()
    {
        using var folder = new TemporaryFolder();
        var store = new CacheStore(folder.Path);
        var digests = Enumerable.Range(1, 4).Select(i => (Digest: FaultyRegistry.Digest([(byte)i]), Age: i)).ToList();
        foreach (var (digest, age) in digests)
        {
            var file = folder.File(FileOf(digest), new string('x', 100));
            File.SetLastAccessTimeUtc(file, DateTime.UtcNow - TimeSpan.FromHours(age));
        }

        store.Touch(Parse(digests[3].Digest));
        Assert.Equal(200, store.Trim(200));
        Assert.Equal([true, false, false, true], digests.Select(blob => File.Exists(Path.Combine(folder.Path, FileOf(blob.Digest)))));
        Assert.Equal(0, store.Trim(200));
    }

    [Fact]
    public void What_broken_pulls_have_left_is_removed_and_running_ones_are_not()
    {
        using var folder = new TemporaryFolder();
        const string uploads = "docker/registry/v2/repositories/demo/talos/_uploads";
        var (dead, alive) = (folder.File($"{uploads}/1/data", "dead"), folder.File($"{uploads}/2/data", "alive"));
        File.SetLastWriteTimeUtc(dead, DateTime.UtcNow - TimeSpan.FromHours(1));
        Assert.Equal(4, new CacheStore(folder.Path).Trim(long.MaxValue));
        Assert.False(Directory.Exists(Path.GetDirectoryName(dead)));
        Assert.True(File.Exists(alive));
    }

    [Fact]
    public void A_cache_that_has_held_nothing_yet_is_in_order()
    {
        using var folder = new TemporaryFolder();
        var store = new CacheStore(Path.Combine(folder.Path, "none"));
        Assert.Equal(0, store.Trim(0));
        store.Remove(Parse(FaultyRegistry.Digest([])));
        store.Touch(Parse(FaultyRegistry.Digest([])));
    }

    [Fact]
    public async Task What_was_removed_is_fetched_again_and_kept_again()
    {
        await using var lab = await CacheLab.StartAsync();
        await lab.PullAsync();
        await lab.KeptAsync(lab.LayerDigest);
        Assert.True(lab.Store.Trim(0) > lab.Layer.Length);
        Assert.False(File.Exists(lab.FileOf(lab.LayerDigest)));

        await lab.Upstream.StopAsync();
        using (var response = await lab.AskAsync(lab.LayerPath))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        }

        await lab.Upstream.StartAsync();
        await lab.PullAsync();
        await lab.KeptAsync(lab.LayerDigest);
    }

    [Fact]
    public async Task A_pull_counts_as_use()
    {
        await using var lab = await CacheLab.StartAsync();
        await lab.PullAsync();
        await lab.KeptAsync(lab.LayerDigest);
        var longAgo = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastAccessTimeUtc(lab.FileOf(lab.LayerDigest), longAgo);
        File.SetLastAccessTimeUtc(lab.FileOf(lab.ManifestDigest), longAgo.AddYears(1));
        using (var part = await lab.AskAsync(lab.LayerPath, range: "bytes=0-0"))
        {
            Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        }

        lab.Store.Trim(lab.Layer.Length);
        Assert.True(File.Exists(lab.FileOf(lab.LayerDigest)));
        Assert.False(File.Exists(lab.FileOf(lab.ManifestDigest)));
    }

    private static string FileOf(string digest) => $"docker/registry/v2/blobs/sha256/{digest[7..9]}/{digest[7..]}/data";
}
