using System.Globalization;
using Lab.Model.Definition;
using Lab.Model.Input;
using static Microsoft.Playwright.Assertions;

namespace Lab.Tests.Dashboard;

/// <summary>
/// How fast the page is with 12 nodes and 100,000 lines of a log that goes on: measured, not judged, by <c>bench/page</c>.
/// </summary>
[Collection(PageTests.Name)]
public sealed class PageFigures(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Watch = """
        window.long = [];
        new PerformanceObserver(list => list.getEntries().forEach(entry => window.long.push(entry.duration))).observe({ type: 'longtask', buffered: true });
        new MutationObserver(() => { if (document.querySelector('[data-live]')) { window.live ??= performance.now(); } }).observe(document, { childList: true, subtree: true, attributes: true });
        """;

    [Fact]
    public async Task Of_the_page_with_12_nodes_and_100000_lines()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("LAB_FIGURES") == "1", "Figures are measured by bench/page.");
        await using var dashboard = await DashboardUnderTest.StartAsync(new LabDefinition().WithNodes(12));
        dashboard.Staged.Write(
            "dnsmasq",
            Enumerable.Range(1, 100_000).Select(number => $"dnsmasq-dhcp[7]: {number} DHCPACK(lan) 10.20.13.11 52:54:00:13:00:01 cp1")
        );
        dashboard.KeepRuns();
        await using var window = await chromium.OpenAsync(dashboard.NewLink());
        await window.Page.AddInitScriptAsync(Watch);
        TestContext.Current.TestOutputHelper!.WriteLine("page            usable  long tasks  longest  heap MB  nodes of DOM");
        foreach (var path in new[] { "/", "/resources", "/boot", "/resource/cp1", "/logs/dnsmasq" })
        {
            await window.GoAsync(path);
            await window.Page.WaitForTimeoutAsync(2_000);
            await PrintAsync(window, path);
        }

        await Expect(window.Page.Locator("[data-count]")).ToHaveTextAsync("100,000 lines");
        for (var second = 0; second < 10; second++)
        {
            for (var part = 0; part < 10; part++)
            {
                dashboard.Staged.Write("dnsmasq", Enumerable.Range(1, 100).Select(number => $"line {second}.{part}.{number}"));
                await window.Page.WaitForTimeoutAsync(100);
            }
        }

        await Expect(window.Page.Locator("[data-count]")).ToHaveTextAsync("110,000 lines");
        await PrintAsync(window, "+1,000 lines/s");
        await window.Page.Locator(".lines").HoverAsync();
        for (var turn = 0; turn < 100; turn++)
        {
            await window.Page.Mouse.WheelAsync(0, turn < 50 ? -20_000 : 20_000);
            await window.Page.WaitForTimeoutAsync(50);
        }

        await PrintAsync(window, "scrolled");
    }

    /// <summary>Long tasks are those over 50 ms, since the last line.</summary>
    private static async Task PrintAsync(Window window, string what)
    {
        var figures = await window.Page.EvaluateAsync<double[]>(
            """
            () => {
                const long = window.long.splice(0);
                return [window.live, long.length, Math.max(0, ...long), performance.memory.usedJSHeapSize / 1e6, document.querySelectorAll('*').length];
            }
            """
        );
        TestContext.Current.TestOutputHelper!.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what, -15} {figures[0] / 1000:0.00} s  {figures[1], 10:0}  {figures[2], 4:0} ms  {figures[3], 7:0.0}  {figures[4], 12:0}"
            )
        );
    }
}
