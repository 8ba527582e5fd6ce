using Lab.Dashboard;
using Lab.Dashboard.Running;
using Lab.Model.Definition;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lab.Tests.Dashboard;

/// <summary>The dashboard in a web application of the test's own, on a free port.</summary>
internal sealed class DashboardUnderTest : IAsyncDisposable
{
    public const string Token = "0123456789abcdef";

    private readonly WebApplication _app;

    private DashboardUnderTest(WebApplication app, StagedLab staged) => (_app, Staged) = (app, staged);

    public StagedLab Staged { get; }

    public string Address => _app.Urls.First();

    public string LoginUrl => DashboardApp.LoginUrl(Address, Token);

    public static async Task<DashboardUnderTest> StartAsync(LabDefinition? lab = null, Uri? emulator = null)
    {
        lab ??= new LabDefinition().WithNodes(3);
        var staged = Stage.Healthy(lab, emulator);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<ILabResources>(staged);
        builder.Services.AddSingleton(new DashboardOptions(lab, Token));
        DashboardApp.AddServices(builder);
        var app = builder.Build();
        app.MapGet("/of-the-host", () => "not the dashboard's");
        DashboardApp.Map(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new DashboardUnderTest(app, staged);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
