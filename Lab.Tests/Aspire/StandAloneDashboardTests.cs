using System.Reflection;
using System.Text.RegularExpressions;
using CliWrap;
using Lab.AppHost;
using Lab.Model.Resources;
using Lab.Tests.Dashboard;
using Lab.Tests.Programs;
using Microsoft.Playwright;

namespace Lab.Tests.Aspire;

/// <summary>Aspire's real dashboard, started by itself, shows a lab that the embedded host runs.</summary>
[Collection(VirtualMachines.Name)]
public sealed partial class StandAloneDashboardTests(Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Where the build found it: it comes with Aspire's packages.</summary>
    private static readonly string Program = typeof(LabArguments)
        .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(attribute => string.Equals(attribute.Key, "aspiredashboardpath", StringComparison.OrdinalIgnoreCase))
        .Value!;

    [Fact]
    public async Task It_shows_the_labs_parts_and_logs_and_restarts_a_service()
    {
        await using var lab = await LabInProcess.RunAsync();
        await lab.UntilAsync(now => lab.Access.ResourceService is not null && now.Boots is [{ IsReady: true }], "the node is ready");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var login = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = Cli.Wrap(Program)
            .WithWorkingDirectory(Path.GetDirectoryName(Program)!)
            .WithEnvironmentVariables(
                lab.Access.AspireDashboardVariables.Concat([
                        KeyValuePair.Create("ASPNETCORE_URLS", "http://127.0.0.1:0"),
                        KeyValuePair.Create("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "http://127.0.0.1:0"),
                    ])
                    .ToDictionary(variable => variable.Key, variable => (string?)variable.Value)
            )
            .WithValidation(CommandResultValidation.None)
            .WithStandardOutputPipe(PipeTarget.ToDelegate(line => _ = LoginLink().Match(line) is { Success: true } link && login.TrySetResult(link.Value)))
            .ExecuteAsync(stop.Token);
        try
        {
            await using var window = await chromium.OpenAsync(await login.Task.WaitAsync(Patience, stop.Token));
            await UntilItShowsAsync(window.Page, LabResources.Network);
            foreach (var resource in lab.Resources.Current)
            {
                await window.Page.GetByText(resource.Definition.Name, new() { Exact = true }).First.WaitForAsync();
            }

            await window.Page.GotoAsync(new Uri(new Uri(window.Page.Url), "/consolelogs/resource/cp1").ToString());
            await window.Page.GetByText("lab-node: serving tcp=50000").WaitForAsync();

            await window.Page.GotoAsync(new Uri(new Uri(window.Page.Url), "/consolelogs/resource/dns").ToString());
            await window.Page.GetByText("Restart", new() { Exact = true }).Or(window.Page.GetByTitle("Restart")).First.ClickAsync();
            await lab.UntilAsync(_ => lab.Of("dns") is { Restarts: > 0, Pid: not null }, "the dashboard's button restarted the name server");
        }
        finally
        {
            await stop.CancelAsync();
            await running.Task.ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>Aspire's page gives up its connection on a busy machine, and then shows nothing until it is loaded again.</summary>
    private static async Task UntilItShowsAsync(IPage page, string name)
    {
        for (var left = 5; ; left--)
        {
            try
            {
                await page.GetByText(name, new() { Exact = true }).First.WaitForAsync(new() { Timeout = 30_000 });
                return;
            }
            catch (TimeoutException) when (left > 0)
            {
                await page.ReloadAsync();
            }
        }
    }

    [GeneratedRegex(@"http://\S+/login\?t=[0-9a-f]+")]
    private static partial Regex LoginLink();
}
