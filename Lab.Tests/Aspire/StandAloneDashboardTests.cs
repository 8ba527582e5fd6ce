using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using CliWrap;
using Lab.AppHost;
using Lab.Dashboard.Access;
using Lab.Tests.Dashboard;
using Lab.Tests.Programs;
using Microsoft.Playwright;

namespace Lab.Tests.Aspire;

/// <summary>Aspire's real dashboard, started by itself, shows a lab that the embedded host runs.</summary>
[Collection(VirtualMachines.Name)]
public sealed partial class StandAloneDashboardTests(Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

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
        for (var attempts = 1; ; attempts++)
        {
            await using var dashboard = new AspireDashboard(lab.Access);
            await using var window = await chromium.OpenAsync(await dashboard.LoginAsync());
            window.Page.SetDefaultTimeout(45_000);
            try
            {
                await UseAsync(window.Page, lab);
                return;
            }
            catch (TimeoutException e)
            {
                // Its pages now and then show nothing, on a busy machine, and stay so when they are loaded again: then its next process does not.
                Assert.True(attempts < 4, $"{e.Message}\nThe page:\n{await window.Page.InnerTextAsync("body")}\nIt has said:\n{dashboard.Said}");
            }
        }
    }

    private static async Task UseAsync(IPage page, LabInProcess lab)
    {
        foreach (var resource in lab.Resources.Current)
        {
            await page.GetByText(resource.Definition.Name, new() { Exact = true }).First.WaitForAsync();
        }

        await page.GotoAsync(new Uri(new Uri(page.Url), "/consolelogs/resource/cp1").ToString());
        await page.GetByText("lab-node: serving tcp=50000").WaitForAsync();

        await page.GotoAsync(new Uri(new Uri(page.Url), "/consolelogs/resource/dns").ToString());
        await page.GetByText("Restart", new() { Exact = true }).Or(page.GetByTitle("Restart")).First.ClickAsync();
        await lab.UntilAsync(_ => lab.Of("dns") is { Restarts: > 0, Pid: not null }, "the dashboard's button restarted the name server");
    }

    /// <summary>A process of it, which ends with this.</summary>
    private sealed class AspireDashboard : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        private readonly TaskCompletionSource<string> _login = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ConcurrentQueue<string> _said = new();
        private readonly Task _running;

        public AspireDashboard(LabAccess access) =>
            _running = Cli.Wrap(Program)
                .WithWorkingDirectory(Path.GetDirectoryName(Program)!)
                .WithEnvironmentVariables(
                    access
                        .AspireDashboardVariables.Concat([
                            KeyValuePair.Create("ASPNETCORE_URLS", "http://127.0.0.1:0"),
                            KeyValuePair.Create("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "http://127.0.0.1:0"),
                        ])
                        .ToDictionary(variable => variable.Key, variable => (string?)variable.Value)
                )
                .WithValidation(CommandResultValidation.None)
                .WithStandardOutputPipe(PipeTarget.ToDelegate(Hear))
                .WithStandardErrorPipe(PipeTarget.ToDelegate(_said.Enqueue))
                .ExecuteAsync(_stop.Token);

        public string Said => string.Join('\n', _said);

        public async Task<string> LoginAsync() => await _login.Task.WaitAsync(Patience, _stop.Token);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running.ContinueWith(_ => { }, TaskScheduler.Default);
            _stop.Dispose();
        }

        private void Hear(string line)
        {
            _said.Enqueue(line);
            _ = LoginLink().Match(line) is { Success: true } link && _login.TrySetResult(link.Value);
        }
    }

    [GeneratedRegex(@"http://\S+/login\?t=[0-9a-f]+")]
    private static partial Regex LoginLink();
}
