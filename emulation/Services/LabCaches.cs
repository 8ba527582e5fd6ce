using Lab.Emulation.Linux;
using Lab.Emulation.Network;
using Lab.Model.Definition;

namespace Lab.Emulation.Services;

/// <summary>What the caches of a lab have beside their registry processes: their front, their way out, and who keeps them within their limit.</summary>
public sealed class LabCaches : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _made = new();

    private LabCaches() { }

    /// <summary>Starts all of it.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="folder">Its files.</param>
    /// <param name="fabric">Its network.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="IOException">A port is not free.</exception>
    public static async Task<LabCaches> StartAsync(LabDefinition lab, LabFolder folder, ILabFabric fabric, CancellationToken cancellationToken)
    {
        var caches = new LabCaches();
        try
        {
            var log = new LogFile(folder.Log("upstream"));
            caches._made.Push(new Closing(log));
            var upstreams = await UpstreamGateway.StartAsync(lab, fabric, log, null, cancellationToken);
            caches._made.Push(upstreams);
            caches._made.Push(await CacheFront.StartAsync(lab, folder, fabric, upstreams, log, null, cancellationToken));
            caches._made.Push(CacheCleaner.Start(lab, folder, log));
            return caches;
        }
        catch
        {
            await caches.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        while (_made.TryPop(out var made))
        {
            await made.DisposeAsync();
        }
    }

    private sealed class Closing(LogFile log) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            log.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
