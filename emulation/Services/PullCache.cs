using System.Diagnostics;
using CliWrap;
using Lab.Emulation.Linux;
using Lab.Emulation.Network;
using Lab.Emulation.Network.Isolation;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Registries;
using Lab.Model.Services;

namespace Lab.Emulation.Services;

/// <summary>
/// One cache of a lab before the lab is up, for what the lab itself pulls: the same store, the same two sides, on the lab's network, which
/// is gone again afterwards. The caller holds the lab's lock.
/// </summary>
public sealed class PullCache : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan KeepPatience = TimeSpan.FromSeconds(5);

    private readonly LabFolder _folder;
    private readonly CacheStore _store;
    private readonly Stack<IAsyncDisposable> _made = new();
    private LabProcess? _process;

    private PullCache(LabFolder folder, MirrorDefinition mirror) => (_folder, _store) = (folder, new CacheStore(RunFolder.RegistryFolder(folder, mirror)));

    /// <summary>The network that it is on.</summary>
    internal ILabFabric Fabric { get; private set; } = null!;

    /// <summary>Reaches the cache.</summary>
    internal HttpClient Client { get; private set; } = null!;

    /// <summary>Where it answers.</summary>
    internal Uri Address { get; private set; } = null!;

    /// <summary>Starts it; it answers.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="mirror">The registry.</param>
    /// <param name="folder">The lab's files.</param>
    /// <param name="tools">The registry program.</param>
    /// <param name="broker">See <see cref="LabFabric.CreateAsync"/>.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="LabException">It cannot be started.</exception>
    public static async Task<PullCache> StartAsync(
        LabDefinition lab,
        MirrorDefinition mirror,
        LabFolder folder,
        HostTools tools,
        Command broker,
        CancellationToken cancellationToken
    )
    {
        var cache = new PullCache(folder, mirror);
        try
        {
            await cache.StartAllAsync(lab with { Mirrors = [mirror] }, mirror, tools, broker, cancellationToken);
            return cache;
        }
        catch
        {
            await cache.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Waits until it keeps what was pulled: it sends a blob first and keeps it then. Gives up after five seconds, for what came in parts or
    /// finds no space is never kept.
    /// </summary>
    internal async Task KeepAsync(string repository, IEnumerable<Digest> digests, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        foreach (var digest in digests)
        {
            while (!_store.Has(repository, digest) && Stopwatch.GetElapsedTime(began) < KeepPatience)
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await (_process?.StopAsync() ?? Task.CompletedTask);
        Client?.Dispose();
        while (_made.TryPop(out var made))
        {
            await made.DisposeAsync();
        }

        await CleanUp.RunAsync(_folder, CancellationToken.None);
    }

    private async Task StartAllAsync(LabDefinition lab, MirrorDefinition mirror, HostTools tools, Command broker, CancellationToken cancellationToken)
    {
        RunFolder.PrepareCache(lab, _folder, mirror);
        using var journal = Journal.Create(_folder);
        journal.Write(HostStarted.Now());
        Fabric = await LabFabric.CreateAsync(lab, _folder, journal, broker, cancellationToken);
        _made.Push(Fabric);
        var log = new LogFile(_folder.Log("upstream"));
        var upstreams = await UpstreamGateway.StartAsync(lab, Fabric, log, null, cancellationToken);
        _made.Push(upstreams);
        _made.Push(await CacheFront.StartAsync(lab, _folder, Fabric, upstreams, log, null, cancellationToken));
        var output = new LogFile(_folder.Log(RegistryCache.Name(mirror)));
        _process = LabProcess.Start(
            RegistryCache.Name(mirror),
            Fabric.Confine(LabHost.Bastion, RegistrySandbox.Of(_folder, mirror), tools.DockerRegistry, RegistrySandbox.Arguments(_folder, mirror)),
            _folder,
            journal,
            output
        );
        (Client, Address) = (Fabric.CreateHttpClient(Timeout.InfiniteTimeSpan), new Uri(RegistryCache.Url(lab, mirror)));
        await HealthyAsync(new HttpProbe(Client, $"{RegistryCache.Url(lab, mirror)}/v2/"), mirror, output, cancellationToken);
    }

    private async Task HealthyAsync(HttpProbe probe, MirrorDefinition mirror, LogFile output, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        while (true)
        {
            try
            {
                await probe.AskAsync(patience.Token);
                return;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is HttpRequestException or OperationCanceledException)
            {
                if (_process!.Exited.IsCompleted || patience.IsCancellationRequested)
                {
                    throw new LabException($"The cache of {mirror.Registry} does not start: {string.Join(' ', output.Last(3))} See {output.Path}", inner: e);
                }
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }
}
