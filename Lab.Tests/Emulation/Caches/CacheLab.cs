using CliWrap;
using Lab.Emulation.Images;
using Lab.Emulation.Linux;
using Lab.Emulation.Network;
using Lab.Emulation.Services;
using Lab.Emulation.Services.Containers;
using Lab.Model.Definition;
using Lab.Model.Resources;
using Lab.Model.Services;
using Lab.Runtime;
using Lab.Runtime.Supervision;

namespace Lab.Tests.Emulation.Caches;

/// <summary>
/// One cache of a lab as it is run for users, on a network of its own: the real registry process under the real supervisor, with both
/// sides of it that the program holds, and a registry that fails on demand.
/// </summary>
internal sealed partial class CacheLab : IAsyncDisposable
{
    /// <summary>How long a registry may say nothing in these tests.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder _files = new();
    private readonly Stack<IAsyncDisposable> _made = new();
    private readonly LabFolder _folder;
    private readonly LabDefinition _definition;
    private Journal? _journal;
    private bool _hasOwnDisk;

    private CacheLab()
    {
        var name = $"cache-{Guid.NewGuid():N}"[..16];
        _folder = new LabFolder(name, Path.Combine(_files.Path, name));
        Upstream = new FaultyRegistry();
        Layer = new byte[2 << 20];
        new Random(1).NextBytes(Layer);
        LayerDigest = Upstream.AddBlob(Layer);
        var config = Upstream.AddBlob("{}"u8.ToArray());
        Manifest =
            $$"""{"schemaVersion":2,"mediaType":"{{FaultyRegistry.ManifestType}}","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{config}}","size":2},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{LayerDigest}}","size":{{Layer.Length}}}]}""";
        ManifestDigest = Upstream.AddManifest(Manifest, "1");
        _definition = new LabDefinition { Name = name };
    }

    public FaultyRegistry Upstream { get; }

    public byte[] Layer { get; }

    public string LayerDigest { get; }

    public string Manifest { get; }

    public string ManifestDigest { get; }

    public SupervisedService Cache { get; private set; } = null!;

    /// <summary>A node's way to the cache.</summary>
    public HttpClient Node { get; private set; } = null!;

    public string LayerPath => $"blobs/{LayerDigest}";

    /// <summary>What the cache keeps.</summary>
    public CacheStore Store => new(StoreFolder);

    /// <summary>Its folder, seen through the process where it has a file system of its own.</summary>
    public string StoreFolder => _hasOwnDisk ? $"/proc/{Cache.Snapshot.Pid}/root{OwnFolder}" : OwnFolder;

    private string OwnFolder { get; set; } = "";

    /// <summary>The file in which the cache keeps a blob.</summary>
    public string FileOf(string digest) => Path.Combine(StoreFolder, "docker/registry/v2/blobs/sha256", digest[7..9], digest[7..], "data");

    /// <summary>Starts everything; the cache is healthy.</summary>
    /// <param name="storeMib">Size of a file system of the cache's own; null for the folder's.</param>
    /// <param name="upstream">The registry that it is a cache of; null for <see cref="Upstream"/>.</param>
    /// <param name="registry">The registry's name.</param>
    public static async Task<CacheLab> StartAsync(int? storeMib = null, Uri? upstream = null, string registry = "test.example")
    {
        var lab = new CacheLab();
        try
        {
            await lab.StartAllAsync(storeMib, upstream, registry);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the cache has kept a blob: it does so beside answering.</summary>
    public Task KeptAsync(string digest) => UntilAsync(() => Task.FromResult(File.Exists(FileOf(digest))), $"{digest} is kept");

    /// <summary>Waits for a condition.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Deadline);
        while (!await condition())
        {
            Assert.False(
                deadline.IsCancellationRequested,
                $"{what}: not within {Deadline.TotalSeconds} s. The cache's log:\n{string.Join('\n', Cache.Log.Last(20))}"
            );
            await Task.Delay(10, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_made.TryPop(out var made))
        {
            await made.DisposeAsync();
        }

        await Upstream.DisposeAsync();
        Node?.Dispose();
        _journal?.Dispose();
        await CleanUp.RunAsync(_folder, CancellationToken.None);
        _files.Dispose();
    }

    private async Task StartAllAsync(int? storeMib, Uri? upstream, string registry)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await Upstream.StartAsync();
        var lab = _definition with
        {
            Mirrors =
            [
                new()
                {
                    Registry = registry,
                    Upstream = upstream ?? Upstream.Url,
                    Port = new(5050),
                },
                new()
                {
                    Registry = "other.example",
                    Upstream = Upstream.Url,
                    Port = new(5051),
                },
            ],
        };
        OwnFolder = RunFolder.RegistryFolder(_folder, lab.Mirrors[0]);
        var tools = await new HostInstaller(LabFolders.OfUser, _ => { }).ProvideAsync(install: true, tryAgain: false, cancellationToken);
        var image = StandInImage.Get(tools, LabFolders.OfUser);
        RunFolder.Prepare(lab, _folder, tools, new(LabImages.Of(lab, _ => image)));
        _journal = Journal.Create(_folder);

        var fabric = await LabFabric.CreateAsync(lab, _folder, _journal, HelperProgram.SocketBroker, cancellationToken);
        _made.Push(fabric);
        var log = new LogFile(_folder.Log("upstream"));
        var gateway = await UpstreamGateway.StartAsync(lab, fabric, log, Patience, cancellationToken);
        _made.Push(gateway);
        _made.Push(await CacheFront.StartAsync(lab, _folder, fabric, gateway, log, null, cancellationToken));
        Node = fabric.CreateHttpClient(Deadline);
        Node.BaseAddress = new Uri(RegistryCache.Url(lab, lab.Mirrors[0]));

        using var catalog = new ServiceCatalog(lab, _folder, fabric, tools, ServiceContainers.None(_folder), new Dictionary<string, string?>());
        var resource = LabResources.Of(lab).Single(resource => resource.Name == RegistryCache.Name(lab.Mirrors[0]));
        var spec = catalog.Of(resource);
        _hasOwnDisk = storeMib is not null;
        Cache = Supervised.Create(storeMib is null ? spec : spec with { Command = () => OnSmallDisk(spec.Command(), storeMib.Value) }, _folder, _journal);
        _made.Push(Cache);
        Cache.Start();
        await UntilAsync(async () => (await Node.GetAsync("v2/", cancellationToken)).IsSuccessStatusCode, "the cache answers");
    }

    /// <summary>The same, with a file system of its own for what it keeps, in a mount namespace of its own.</summary>
    private Command OnSmallDisk(Command command, int mib) =>
        Cli.Wrap("unshare")
            .WithArguments(
                $"--mount sh -c \"mount -t tmpfs -o size={mib}m,uid={ServiceUser.Of(_folder, ServiceRole.Caches) ?? 0} tmpfs '{OwnFolder}' && exec \\\"$@\\\"\" sh {command.TargetFilePath} {command.Arguments}"
            );
}
