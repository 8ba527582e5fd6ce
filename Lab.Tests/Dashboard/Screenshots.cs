namespace Lab.Tests.Dashboard;

/// <summary>
/// The pictures of the guide, taken of the lab that the test runs: <c>LAB_SCREENSHOTS=1 dotnet test --filter-class "*RealLabTests"</c>.
/// </summary>
internal static class Screenshots
{
    private static readonly (string Name, string Path)[] Pages =
    [
        ("resources", "/resources"),
        ("node", "/resource/cp1"),
        ("details", "/resource/dnsmasq"),
        ("logs", "/logs/dnsmasq"),
        ("boot", "/boot/cp1/dhcp"),
        ("console", "/console/cp1"),
        ("picture", "/lab"),
        ("checks", "/checks"),
        ("aws", "/aws"),
    ];

    /// <summary>True when they are to be taken.</summary>
    public static bool AreWanted { get; } = Environment.GetEnvironmentVariable("LAB_SCREENSHOTS") == "1";

    /// <summary>Takes each page on screens of two sizes, light, and on a phone, dark.</summary>
    public static async Task TakeAsync(Window window)
    {
        foreach (var (name, path) in AreWanted ? Pages : [])
        {
            await window.GoAsync(path);
            await TakeSizesAsync(window, name);
        }

        await window.Page.EmulateMediaAsync(new() { ColorScheme = Microsoft.Playwright.ColorScheme.Light });
    }

    /// <summary>Takes the picture of a VPC.</summary>
    public static Task TakeVpcAsync(Window window) => AreWanted ? TakeSizesAsync(window, "vpc", fullPage: true) : Task.CompletedTask;

    /// <summary>Takes the boot that failed, among the lanes and on its own page.</summary>
    public static async Task TakeFailureAsync(Window window)
    {
        foreach (var (name, path) in AreWanted ? new[] { ("nodes", "/"), ("failure", "/boot/cp1") } : [])
        {
            await window.GoAsync(path);
            await TakeSizesAsync(window, name);
        }
    }

    /// <summary>Takes the lab in Aspire's dashboard.</summary>
    public static async Task TakeAspireAsync(Window window)
    {
        if (AreWanted)
        {
            await window.Page.WaitForTimeoutAsync(4_000);
            await window.Page.ScreenshotAsync(new() { Path = Repository.PathOf("docs/images/aspire.png") });
        }
    }

    private static async Task TakeSizesAsync(Window window, string name, bool fullPage = false)
    {
        foreach (var (width, height, isDark, suffix) in new[] { (390, 844, true, "-phone"), (1440, 900, false, "-wide"), (1280, 800, false, "") })
        {
            await window.Page.EmulateMediaAsync(
                new() { ColorScheme = isDark ? Microsoft.Playwright.ColorScheme.Dark : Microsoft.Playwright.ColorScheme.Light }
            );
            await window.Page.SetViewportSizeAsync(width, height);
            await window.Page.WaitForTimeoutAsync(name == "aws" ? 15_000 : 1_500);
            await window.Page.ScreenshotAsync(new() { Path = Repository.PathOf($"docs/images/{name}{suffix}.png"), FullPage = fullPage });
        }
    }
}
