using Microsoft.Playwright;

namespace Lab.Tests.Dashboard;

/// <summary>A real browser, started once for a class of tests. Where there is none, tests that ask for it are skipped.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>
    /// How long a page may take to show something, in milliseconds: long beside other tests, and only a failure waits for it. An address is
    /// waited for by <c>Expect(page).ToHaveURLAsync</c>: <c>WaitForURLAsync</c> of Playwright for .NET looks at the address first and listens
    /// afterwards, and misses what comes between (seen in 3 of 25 runs on a loaded machine).
    /// </summary>
    private const float Patience = 180_000;

    private static readonly string? Program = new[] { "chromium", "chromium-browser", "google-chrome" }
        .SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Program is not null)
        {
            Assertions.SetDefaultExpectTimeout(Patience);
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = ["--no-sandbox"] });
        }
    }

    /// <summary>Opens a window of its own, with no cookies of others, and logs in.</summary>
    internal async Task<Window> OpenAsync(string loginUrl, int width = 1280, int height = 800, bool isDark = false)
    {
        Assert.SkipWhen(_browser is null, "There is no Chromium on PATH. On Debian: apt-get install chromium");
        var context = await _browser.NewContextAsync(
            new()
            {
                ViewportSize = new() { Width = width, Height = height },
                ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
                ReducedMotion = ReducedMotion.Reduce,
            }
        );
        context.SetDefaultTimeout(Patience);
        var window = new Window(context, await context.NewPageAsync());
        await window.Page.GotoAsync(loginUrl);
        await window.Page.WaitForSelectorAsync("h1");
        return window;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
