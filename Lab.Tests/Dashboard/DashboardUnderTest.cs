using Lab.Dashboard;
using Lab.Dashboard.Access;
using Lab.Dashboard.Live;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Model.Definition;
using Lab.Model.Input;
using Lab.Model.Running;
using Lab.Runtime.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lab.Tests.Dashboard;

/// <summary>The dashboard in a web application of the test's own, on a free port.</summary>
internal sealed class DashboardUnderTest : IAsyncDisposable
{
    private readonly DashboardKey _key;
    private readonly WebApplication _app;

    private readonly TemporaryFolder _folder;

    private DashboardUnderTest(WebApplication app, StagedLab staged, DashboardKey key, TemporaryFolder folder) =>
        (_app, Staged, _key, _folder, Runs) = (app, staged, key, folder, new KeptRuns(folder.Path));

    /// <summary>The lab's files.</summary>
    public required LabFolder Files { get; init; }

    /// <summary>The runs that are kept: none at first.</summary>
    public KeptRuns Runs { get; }

    public StagedLab Staged { get; }

    /// <summary>Under the run's own name.</summary>
    public string Address => $"http://{_key.Site}:{Port}";

    public int Port => new Uri(_app.Urls.First()).Port;

    /// <summary>A new link.</summary>
    public string NewLink(string? page = null) => _key.Link(Address, page);

    public static async Task<DashboardUnderTest> StartAsync(LabDefinition? lab = null, Uri? emulator = null)
    {
        lab ??= new LabDefinition().WithNodes(3);
        var key = DashboardKey.Create();
        var staged = Stage.Healthy(lab, emulator);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<ILabResources>(staged);
        var folder = new TemporaryFolder();
        var nodes = lab.Nodes.Select(node => $"  - {{ name: {node.Name}, mac: \"{node.Mac}\", address: {node.Address} }}");
        var file = folder.File("lab.yaml", $"nodes:\n{string.Join('\n', nodes)}\n");
        builder.Services.AddSingleton(new DashboardOptions(lab, key) { LabFile = file });
        builder.Services.AddSingleton(new KeptRuns(folder.Path));
        var files = new LabFolder("lab", folder.Path);
        Directory.CreateDirectory(files.Run);
        builder.Services.AddSingleton(new NodeConsoles(files));
        DashboardApp.AddServices(builder);
        var app = builder.Build();
        app.MapGet("/of-the-host", () => "not the dashboard's");
        DashboardApp.Map(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new DashboardUnderTest(app, staged, key, folder) { Files = files };
    }

    /// <summary>A run in which all got ready, and the one that goes on.</summary>
    public void KeepRuns()
    {
        var (now, boots) = (DateTimeOffset.UtcNow, Staged.Boots);
        Runs.Save(
            new KeptRun(1, "lab", RunPlace.Home, "stand-in", now.AddHours(-1))
            {
                Ended = now.AddMinutes(-50),
                Boots = [.. boots.Select(boot => KeptBoots.Keep(Stage.Boot(boot.Node, BootStage.Ready) with { SwitchedOn = now.AddHours(-1) }))],
            }
        );
        Runs.Save(new KeptRun(2, "lab", RunPlace.Home, "stand-in", now.AddMinutes(-1)) { Boots = [.. boots.Select(KeptBoots.Keep)] });
        foreach (var (number, line) in new[] { (1, "dhcp-authoritative"), (2, "dhcp-range=192.168.1.0,proxy") })
        {
            Runs.FilesOf(number).Save([new KeptLogLine("dnsmasq.conf", 1, now, "port=0"), new KeptLogLine("dnsmasq.conf", 2, now, line)]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
