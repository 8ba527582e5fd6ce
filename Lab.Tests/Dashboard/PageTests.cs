using Lab.Dashboard.Looks;
using Lab.Emulation.Machines;
using Lab.Model.Running;
using Lab.Runtime.State;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Lab.Tests.Dashboard;

/// <summary>Every page in a real browser, on a lab whose states the test decides.</summary>
[Collection(Name)]
[CollectionDefinition(Name)]
public sealed class PageTests(Chromium chromium) : IClassFixture<Chromium>
{
    public const string Name = "Dashboard pages";

    private static readonly string[] Paths =
    [
        "/",
        "/resources",
        "/resource/cp1",
        "/logs/dnsmasq",
        "/boot",
        "/boot/cp1/dhcp",
        "/console/cp1",
        "/runs",
        "/runs/1",
        "/runs/1/2",
        "/runs/1/2/1",
        "/runs/1/logs/dnsmasq",
        "/lab",
        "/file/4",
        "/checks",
        "/aws",
    ];

    /// <summary>What scrolls within itself: a page that scrolled too would have two scroll bars.</summary>
    private static readonly string[] FillTheWindow = ["/logs/dnsmasq", "/console/cp1", "/runs/1/logs/dnsmasq", "/runs"];

    [Theory]
    [InlineData(1280, 800)]
    [InlineData(390, 844)]
    public async Task Every_page_is_open_to_all_by_day_and_by_night_fits_its_window_and_has_no_error(int width, int height)
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        dashboard.Staged.Set("dnsmasq", ResourceState.Unhealthy, "no answer within 2 s");
        dashboard.Staged.Set(
            Stage.Boot("cp2", BootStage.Firmware) with
            {
                Failure = new Diagnosis(
                    BootStage.Dhcp,
                    ["dnsmasq is Exited", $"console: {new string('x', 300)}"],
                    new Reason("dnsmasq is Exited.", "Start it.")
                ),
                EndedAfter = TimeSpan.FromSeconds(9),
            }
        );
        dashboard.Staged.Set(Stage.Boot("cp3", BootStage.Kernel));
        dashboard.KeepRuns();
        dashboard.Staged.Write("dnsmasq", Enumerable.Range(1, 500).Select(number => $"line {number} {new string('-', 300)}"));
        dashboard.Staged.Write("cp1", "\e[32mOK\e[0m \e[31merror\e[0m \e[33mwarning\e[0m \e[34mblue\e[0m \e[35mpurple\e[0m \e[36mcyan\e[0m");
        await RunLogs.KeepAsync(dashboard.Staged, dashboard.Runs.LogsOf(1));
        await using var window = await chromium.OpenAsync(dashboard.NewLink(), width, height);

        foreach (var path in Paths)
        {
            await window.GoAsync(path);
            await Expect(window.Page.Locator("h1")).ToHaveCountAsync(1);
            foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                await window.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
                Assert.Empty((await window.BarriersAsync()).Select(barrier => $"{path}, {scheme}: {barrier}"));
                Assert.True(await window.OverflowAsync() <= 0, $"{path} scrolls sideways");
                Assert.False(FillTheWindow.Contains(path) && await window.ScrollsDownAsync(), $"{path} is higher than its window");
            }
        }

        Assert.Empty(window.Errors);
        await window.Page.EvaluateAsync("document.querySelector('h1').append(document.createElement('img'))");
        Assert.StartsWith("critical image-alt: <img>", Assert.Single(await window.BarriersAsync()));
    }

    [Fact]
    public async Task A_theme_is_kept_by_the_browser()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        await using var window = await chromium.OpenAsync(dashboard.NewLink());
        await window.LiveAsync();
        var light = await BackgroundAsync(window);

        await window.Page.GetByLabel("Theme").SelectOptionAsync("dark");
        var dark = await BackgroundAsync(window);
        await window.GoAsync("/boot");

        Assert.NotEqual(light, dark);
        Assert.Equal(dark, await BackgroundAsync(window));
        await Expect(window.Page.GetByLabel("Theme")).ToHaveValueAsync("dark");
        await window.Page.GetByLabel("Theme").SelectOptionAsync("auto");
        Assert.Equal(light, await BackgroundAsync(window));
    }

    [Fact]
    public async Task The_keyboard_alone_reaches_everything_and_its_place_is_seen()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        await using var window = await chromium.OpenAsync(dashboard.NewLink());
        await window.GoAsync("/lab");
        await Expect(window.Page.Locator("h1")).ToBeFocusedAsync();

        await window.Page.Keyboard.PressAsync("Tab");
        await Expect(window.Page.Locator("a.shape:visible").First).ToBeFocusedAsync();
        Assert.True(
            await window.Page.EvaluateAsync<bool>("() => getComputedStyle(document.activeElement.querySelector('rect')).strokeWidth === '3px'"),
            "the part with the focus looks like any other"
        );

        // Backwards over the menu to the first thing of the page, each with a frame around it.
        var passed = new List<string>();
        while (passed.LastOrDefault() != "Skip to the content")
        {
            await window.Page.Keyboard.PressAsync("Shift+Tab");
            passed.Add(await window.Page.EvaluateAsync<string>("document.activeElement.textContent.trim()"));
            Assert.True(
                await window.Page.EvaluateAsync<bool>(
                    "() => document.activeElement.tagName === 'H1' || getComputedStyle(document.activeElement).outlineStyle !== 'none'"
                ),
                $"no frame around {passed[^1]}"
            );
            Assert.True(passed.Count < 30, string.Join(", ", passed));
        }

        Assert.Subset(passed.ToHashSet(), new HashSet<string> { "AWS", "Checks and price", "Picture", "Console", "Boot", "Logs", "Resources" });
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(window.Page.Locator("main")).ToBeFocusedAsync();
        await window.Page.Keyboard.PressAsync("Tab");
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(window.Page.Locator("h1")).ToHaveTextAsync("dnsmasq");
    }

    [Fact]
    public async Task A_phone_has_a_menu()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        await using var window = await chromium.OpenAsync(dashboard.NewLink(), 390, 844);
        await window.LiveAsync();
        var boot = window.Page.Locator("nav a", new() { HasText = "Boot" });

        await Expect(boot).ToBeHiddenAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
        await boot.ClickAsync();

        await Expect(window.Page.Locator("h1")).ToHaveTextAsync("Boot");
        await Expect(boot).ToBeHiddenAsync();
    }

    [Fact]
    public async Task When_the_lab_has_gone_the_page_says_so_in_its_own_words()
    {
        var dashboard = await DashboardUnderTest.StartAsync();
        await using var window = await chromium.OpenAsync(dashboard.NewLink());
        await window.LiveAsync();

        await dashboard.DisposeAsync();

        await Expect(window.Page.GetByText("The page has lost its connection to the lab")).ToBeVisibleAsync();
        var card = window.Page.GetByRole(AriaRole.Alertdialog, new() { Name = "Not connected" });
        await Expect(card.GetByRole(AriaRole.Button, new() { Name = "Try again" })).ToBeVisibleAsync();
        Assert.Empty(await window.BarriersAsync());
        await card.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(window.Page.Locator("h1")).ToHaveTextAsync("Nodes");
    }

    /// <summary>States are called alike in the list, on a resource's page, in the picture and in the titles of groups.</summary>
    [Fact]
    public async Task A_state_has_one_name_on_all_pages()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        await using var window = await chromium.OpenAsync(dashboard.NewLink());
        var page = window.Page;
        foreach (var state in Enum.GetValues<ResourceState>())
        {
            dashboard.Staged.Set("dnsmasq", state);
            var word = StateLook.Of(state).Text;
            await window.GoAsync("/resources");
            await Expect(page.Locator("[data-resource=dnsmasq] .state")).ToHaveTextAsync(word);
            await window.GoAsync("/resource/dnsmasq");
            await Expect(page.Locator(".headline .state")).ToHaveTextAsync(word);
            await window.GoAsync("/logs/dnsmasq");
            await Expect(page.Locator(".headline .state")).ToHaveTextAsync(word);
        }
    }

    [Fact]
    public async Task The_price_stands_above_the_checks_which_are_a_line_each_by_place()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        await using var window = await chromium.OpenAsync(dashboard.NewLink("/checks"));
        await window.LiveAsync();
        var page = window.Page;

        await Expect(page.Locator("[data-egress] .meter")).ToHaveCountAsync(4);
        Assert.Equal(["home", "aws"], await page.Locator("[data-place]").EvaluateAllAsync<string[]>("all => all.map(place => place.dataset.place)"));
        await Expect(page.Locator("[data-place=home] [data-finding=image-not-pinned]")).ToHaveCountAsync(1);
        Assert.True(
            await page.EvaluateAsync<bool>(
                "() => document.querySelector('[data-egress]').getBoundingClientRect().top < document.querySelector('[data-finding]').getBoundingClientRect().top"
            )
        );
        var finding = page.Locator("[data-place=aws] [data-finding]").First;
        await Expect(finding.Locator(".remedy")).ToBeHiddenAsync();
        await finding.Locator("summary").ClickAsync();
        await Expect(finding.Locator(".remedy")).ToContainTextAsync("What to do:");
    }

    private static Task<string> BackgroundAsync(Window window) =>
        window.Page.EvaluateAsync<string>("getComputedStyle(document.documentElement).backgroundColor");
}
