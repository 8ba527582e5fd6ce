using Amazon.EC2.Model;
using CliWrap;
using Lab.Emulation.Aws.Bastion;
using Lab.Emulation.Aws.MotoQuirks;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Emulation.Network.Vpc;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Rendering;
using Lab.Model.Services;

namespace Lab.Emulation.Aws;

/// <summary>
/// A deployed lab on this machine: what an emulator's EC2 says there is becomes a network, a bastion and machines, and follows it for as
/// long as this lives.
/// </summary>
public sealed class VpcRehearsal : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private readonly LabDefinition _lab;
    private readonly CancellationTokenSource _stop = new();
    private readonly Stack<IAsyncDisposable> _made = new();
    private readonly List<Action> _dispose = [];
    private readonly Action<string> _say;
    private Task _readingBootServer = Task.CompletedTask;
    private volatile VpcState? _state;
    private VpcWatch? _watch;

    private VpcRehearsal(LabDefinition lab, VpcFabric fabric, Action<string> say) => (_lab, Fabric, _say) = (lab, fabric, say);

    /// <summary>The network.</summary>
    public VpcFabric Fabric { get; }

    /// <summary>The nodes.</summary>
    public InstanceMachines Machines { get; private set; } = null!;

    /// <summary>The bastion.</summary>
    public BastionHost Bastion { get; private set; } = null!;

    /// <summary>What was made of the emulator's VPC last; null while it has none.</summary>
    public VpcState? State => _state;

    /// <summary>Raised when the VPC has changed and everything has followed.</summary>
    public event Action<VpcState?>? Followed;

    /// <summary>Raised for each request for metadata.</summary>
    public event Action<MetadataRequest>? MetadataRead;

    /// <summary>Begins to follow.</summary>
    /// <param name="lab">Name, region and addresses of the lab; what there is comes from the emulator.</param>
    /// <param name="account">Where the emulator is.</param>
    /// <param name="site">Where the lab is made; run folder and logs are made too.</param>
    /// <param name="folders">The cache.</param>
    /// <param name="images">What the nodes boot.</param>
    /// <param name="broker">Starts this program as the broker of sockets that a user namespace needs.</param>
    /// <param name="nodeImage">Name of the image for nodes of an architecture that the emulator is given; null for none, and nodes get what it has.</param>
    /// <param name="say">Gets what is to be told, a sentence each.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static async Task<VpcRehearsal> StartAsync(
        LabDefinition lab,
        EmulatedAccount account,
        LabSite site,
        LabFolders folders,
        InstanceImages images,
        Command broker,
        Func<Architecture, string?> nodeImage,
        Action<string> say,
        CancellationToken cancellationToken
    )
    {
        Directory.CreateDirectory(site.Folder.Run);
        Directory.CreateDirectory(site.Folder.Logs);
        foreach (var wanted in NodeImages.AllOf(lab))
        {
            await (nodeImage(wanted.Architecture) is { } name ? RegisterImageAsync(account, name, wanted, cancellationToken) : Task.CompletedTask);
        }

        var rehearsal = new VpcRehearsal(lab, await VpcFabric.CreateAsync(site.Folder, site.Journal, broker, Dependency.Of(lab), cancellationToken), say);
        try
        {
            await rehearsal.BeginAsync(account, new(rehearsal.Fabric, site, folders), images, cancellationToken);
            return rehearsal;
        }
        catch
        {
            await rehearsal.DisposeAsync();
            throw;
        }
    }

    /// <summary>Has the VPC read again soon: somebody has asked the emulator for something.</summary>
    public void MayHaveChanged() => _watch?.Note();

    /// <summary>Why an instance did not get ready in the time that it was given.</summary>
    public Diagnosis Diagnose(InstanceMachine machine, TimeSpan patience) =>
        InstanceDiagnosis.Of(_lab, _state ?? throw new LabException("The VPC is gone."), machine, Bastion.State, OutOfTime.Of(machine.Boot, patience));

    /// <summary>Completes when an instance asks the boot server in vain and nothing in the VPC will change that, or when its boot has settled.</summary>
    public async Task StuckAsync(InstanceMachine machine, CancellationToken cancellationToken)
    {
        IReadOnlyList<Observation> seen = [];
        while (seen.Count == 0 && !machine.Boot.Settled.IsCompleted && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(Look, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            seen = _state is { } vpc && !cancellationToken.IsCancellationRequested ? await ObstacleAsync(vpc, machine) : [];
        }

        foreach (var observation in seen.Except(machine.Boot.Read(timeline => timeline.Troubles.ToList())))
        {
            machine.Boot.Observe(observation);
        }
    }

    private async Task<IReadOnlyList<Observation>> ObstacleAsync(VpcState vpc, InstanceMachine machine)
    {
        try
        {
            return await BootObstacle.FindAsync(_lab, vpc, Bastion.State, machine, () => Fabric.CountersAsync(CancellationToken.None));
        }
        catch (LabException)
        {
            // The counters could not be read this time: that says nothing of the boot.
            return [];
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _readingBootServer;
        while (_made.TryPop(out var made))
        {
            await made.DisposeAsync();
        }

        _dispose.ForEach(dispose => dispose());
        await Fabric.DisposeAsync();
        _stop.Dispose();
    }

    private async Task BeginAsync(EmulatedAccount account, InstanceHost host, InstanceImages images, CancellationToken cancellationToken)
    {
        Machines = new InstanceMachines(host, images, name => Plan(images.Of(name).Image));
        _made.Push(Machines);
        Bastion = new BastionHost(_lab, account, Fabric, host.Site, images, _say);
        _made.Push(Bastion);
        var log = new LogFile(host.Site.Folder.Log("metadata"));
        _dispose.Add(log.Dispose);
        var metadata = new MetadataService(new SessionTokens(TimeProvider.System), _lab.Region, _lab.Zone);
        _made.Push(
            await MetadataServer.StartAsync(
                Fabric,
                metadata,
                () => _state,
                request =>
                {
                    log.Write($"{request.InstanceId} {request}");
                    Machines.Read(request);
                    MetadataRead?.Invoke(request);
                },
                cancellationToken
            )
        );
        Fabric.DhcpLog.LineWritten += Machines.ReadDhcp;
        _readingBootServer = Machines.ReadBootServerAsync(_stop.Token);
        var reader = new VpcReader(account, _lab.Name, _lab.Nodes);
        var keeper = new GroupKeeper(account, _say);
        _dispose.Add(reader.Dispose);
        _dispose.Add(keeper.Dispose);
        var ec2 = account.CreateClient();
        _dispose.Add(ec2.Dispose);
        var watch = _watch = VpcWatch.Start(
            reader,
            async (state, token) => await Machines.KeepAsync(state, ec2, token) | await keeper.KeepAsync(state, token),
            FollowAsync,
            _say
        );
        Bastion.VpcChanged += watch.Hurry;
        _made.Push(watch);
    }

    /// <summary>What the boot of a node should come to.</summary>
    private BootPlan Plan(BootImage image)
    {
        if (_lab.Launch.Boot == LaunchBoot.Ami)
        {
            return new(BootStages.OwnImage(image), image.Ready);
        }

        var fetchesConfig = image.FetchesConfig || (_lab.Image is null && MatchboxData.OffersMirrors(_lab));
        return new(BootStages.Vpc.ShownBy(image, fetchesConfig), image.Ready);
    }

    /// <summary>The network first; metadata knows an instance before its machine is on.</summary>
    private async Task FollowAsync(VpcState? state, CancellationToken cancellationToken)
    {
        _state = state;
        if (state is not null)
        {
            await Fabric.ApplyAsync(state, cancellationToken);
        }

        await Bastion.ApplyAsync(state, cancellationToken);
        await Machines.ApplyAsync(state, cancellationToken);
        Followed?.Invoke(state);
    }

    /// <summary>Gives the emulator the image that AWS has and it has not: what lab-deploy then finds is named as the publisher's are.</summary>
    private static async Task RegisterImageAsync(EmulatedAccount account, string name, NodeImages images, CancellationToken cancellationToken)
    {
        using var ec2 = account.CreateClient();
        var known = await ec2.DescribeImagesAsync(new DescribeImagesRequest { Filters = [new("name", [name])] }, cancellationToken);
        if (known.Images is null or [])
        {
            await ec2.RegisterImageAsync(
                new RegisterImageRequest
                {
                    Name = name,
                    Architecture = images.Architecture.OnAws(),
                    RootDeviceName = images.RootDevice,
                    VirtualizationType = "hvm",
                },
                cancellationToken
            );
        }
    }
}
