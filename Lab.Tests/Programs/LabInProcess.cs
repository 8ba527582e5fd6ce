using Lab.Dashboard.Access;
using Lab.Dashboard.Serving;
using Lab.Emulation.Images;
using Lab.Emulation.Linux;
using Lab.Emulation.Services;
using Lab.Model.Definition;
using Lab.Runtime.Home;
using Lab.Runtime.State;

namespace Lab.Tests.Programs;

/// <summary>A lab that really runs, inside the test's own process, in a state folder of its own.</summary>
internal sealed class LabInProcess : ILabView
{
    private readonly TemporaryFolder _state = new();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private EventStream _events = null!;
    private EmbeddedHost _host = null!;
    private HostTools _tools = null!;
    private TimeSpan _timeout;
    private Task<bool> _running = Task.FromResult(false);

    private LabInProcess() { }

    /// <summary>The lab as its views see it.</summary>
    public ILabResources Resources => _host.Session.Resources;

    /// <summary>Its files.</summary>
    public LabFolder Folder { get; private set; } = null!;

    /// <summary>How it is reached.</summary>
    public LabAccess Access => _host.Access;

    /// <summary>Starts a lab.</summary>
    /// <param name="definition">What it is; a lab with one node when null.</param>
    /// <param name="timeout">How long a boot may take; two minutes when null.</param>
    public static async Task<LabInProcess> RunAsync(LabDefinition? definition = null, TimeSpan? timeout = null)
    {
        var lab = new LabInProcess { _timeout = timeout ?? TimeSpan.FromMinutes(2) };
        await lab.StartAsync(definition ?? new LabDefinition { Name = "inside" }, TestContext.Current.CancellationToken);
        return lab;
    }

    /// <summary>Puts something that boots on the disk of a node that is off: iPXE, as on an EC2 instance's.</summary>
    public Task InstallAsync(string node) =>
        InstanceDisk.CreateAsync(
            Folder.Disk(node),
            8,
            InstanceFiles.Ipxe(sendsToken: true, _tools),
            _tools,
            LabFolders.OfUser,
            TestContext.Current.CancellationToken
        );

    /// <summary>Waits until the lab is as wanted.</summary>
    public async Task UntilAsync(Func<ILabResources, bool> wanted, string what)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        while (!wanted(Resources))
        {
            Assert.False(_running.IsFaulted, _running.Exception?.ToString());
            Assert.False(
                patience.IsCancellationRequested,
                $"not reached: {what}. Now: {string.Join(", ", Resources.Current.Select(now => $"{now.Definition.Name} {now.State} {now.Detail}"))}"
            );
            await Task.Delay(20, CancellationToken.None);
        }
    }

    /// <summary>A resource as it is now.</summary>
    public ResourceSnapshot Of(string name) => Resources.Current.Single(resource => resource.Definition.Name == name);

    /// <inheritdoc />
    public ValueTask ShowAsync(LabEvent happened) => ValueTask.CompletedTask;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync();
        await _running.ContinueWith(_ => { }, TaskScheduler.Default);
        await _host.DisposeAsync();
        await _events.DisposeAsync();
        _state.Dispose();
    }

    private async Task StartAsync(LabDefinition lab, CancellationToken cancellationToken)
    {
        Folder = new LabFolders(_state.Path, LabFolders.OfUser.Cache).Lab(lab.Name);
        Directory.CreateDirectory(Folder.Root);
        _tools = await new HostInstaller(LabFolders.OfUser, _ => { }).ProvideAsync(install: true, tryAgain: false, cancellationToken);
        _events = new EventStream(this);
        var image = StandInImage.Get(_tools, LabFolders.OfUser);
        _host = EmbeddedHost.Create(
            lab,
            Folder,
            _tools,
            new HomeOptions
            {
                Once = false,
                Timeout = _timeout,
                Images = LabImages.Of(lab, _ => image),
                Fault = Fault.None,
                Serving = new ServingOptions(Dashboard: true, Port: 0),
            },
            _events,
            _stop.Token
        );
        _running = _host.RunAsync();
    }
}
