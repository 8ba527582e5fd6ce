using Lab.Emulation.Linux;
using Lab.Model.Definition;

namespace Lab.Emulation.Services;

/// <summary>Keeps the caches within their limit while the lab runs.</summary>
public sealed class CacheCleaner : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _cleaning;

    private CacheCleaner(LabDefinition lab, LabFolder folder, LogFile log) => _cleaning = CleanAsync(lab, folder, log);

    /// <summary>Cleans at once and then every minute.</summary>
    /// <param name="lab">Says how much a cache keeps.</param>
    /// <param name="folder">Where the caches are.</param>
    /// <param name="log">Gets a line when something was removed.</param>
    public static CacheCleaner Start(LabDefinition lab, LabFolder folder, LogFile log) => new(lab, folder, log);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _cleaning;
        _stop.Dispose();
    }

    private async Task CleanAsync(LabDefinition lab, LabFolder folder, LogFile log)
    {
        await Task.Yield();
        while (!_stop.IsCancellationRequested)
        {
            foreach (var mirror in lab.Mirrors)
            {
                Clean(mirror, new CacheStore(RunFolder.RegistryFolder(folder, mirror)), lab.Caches.LimitInBytes(), log);
            }

            await Task.Delay(Interval, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static void Clean(MirrorDefinition mirror, CacheStore store, long limit, LogFile log)
    {
        try
        {
            if (store.Trim(limit) is > 0 and var removed)
            {
                log.Write($"{mirror.Registry}: removed {removed / 1e6:0.0} MB from the cache");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Write($"{mirror.Registry}: the cache cannot be cleaned: {e.Message}");
        }
    }
}
