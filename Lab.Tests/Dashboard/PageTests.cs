using Lab.Emulation.Machines;
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

    private static readonly string[] Paths = ["/", "/resource/cp1", "/logs/dnsmasq", "/boot", "/console/cp1", "/lab", "/checks", "/aws"];

    [Theory]
    [InlineData(1280, 800, false)]
    [InlineData(1280, 800, true)]
    [InlineData(390, 844, false)]
    [InlineData(390, 844, true)]
    public async Task Every_page_is_open_to_all_fits_its_window_and_has_no_error(int width, int height, bool isDark)
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        dashboard.Staged.Set("dnsmasq", ResourceState.Unhealthy, "no answer within 2 s");
        dashboard.Staged.Set(
            Stage.Boot("cp2", BootStage.Firmware) with
            {
                Failure = new Diagnosis(BootStage.Dhcp, ["dnsmasq is Exited", $"console: {new string('x', 300)}"], "dnsmasq is Exited."),
                EndedAfter = TimeSpan.FromSeconds(9),
            }
        );
        dashboard.Staged.Set(Stage.Boot("cp3", BootStage.Kernel));
        dashboard.Staged.Write("dnsmasq", Enumerable.Range(1, 500).Select(number => $"line {number} {new string('-', 300)}"));
        dashboard.Staged.Write("cp1", "\e[32mOK\e[0m \e[31merror\e[0m \e[33mwarning\e[0m \e[34mblue\e[0m \e[35mpurple\e[0m \e[36mcyan\e[0m");
        await using var window = await chromium.OpenAsync(dashboard.NewLink(), width, height, isDark);

        foreach (var path in Paths)
        {
            await window.GoAsync(path);
            await Expect(window.Page.Locator("h1")).ToHaveCountAsync(1);
            Assert.Empty((await window.BarriersAsync()).Select(barrier => $"{path}: {barrier}"));
            Assert.True(await window.OverflowAsync() <= 0, $"{path} scrolls sideways");
        }

        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task A_state_that_changes_is_seen_and_announced()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        await using var window = await chromium.OpenAsync(dashboard.NewLink());
        await window.LiveAsync();

        dashboard.Staged.Set("boot-server", ResourceState.FailedToStart, "address in use");

        var row = window.Page.Locator("[data-resource=boot-server]");
        await Expect(row).ToContainTextAsync("Failed to start");
        await Expect(row).ToContainTextAsync("address in use");
        await Expect(window.Page.Locator("[aria-live]")).ToContainTextAsync("boot-server: Failed to start");
        await Expect(window.Page.Locator(".summary")).ToHaveClassAsync(new System.Text.RegularExpressions.Regex("tone-bad"));
    }

    [Fact]
    public async Task A_command_with_a_question_is_done_after_yes_only_and_by_keyboard_too()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        await using var window = await chromium.OpenAsync(dashboard.NewLink());
        await window.LiveAsync();
        var stop = window.Page.Locator("[data-resource=dnsmasq] [data-command=stop]");
        var dialog = window.Page.GetByRole(AriaRole.Dialog, new() { Name = "Stop: dnsmasq" });

        await stop.ClickAsync();
        await Expect(dialog).ToContainTextAsync("Stop it?");
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" })).ToBeFocusedAsync();
        await window.Page.Keyboard.PressAsync("Escape");
        await Expect(dialog).ToBeHiddenAsync();
        Assert.Empty(dashboard.Staged.Commands);

        await stop.FocusAsync();
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(dialog).ToBeVisibleAsync();
        await window.Page.Keyboard.PressAsync("Tab");
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(window.Page.GetByText("Stop of dnsmasq: done.")).ToBeVisibleAsync();
        Assert.Equal(["dnsmasq stop"], dashboard.Staged.Commands);
        await Expect(stop).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_command_that_fails_says_what_happened_until_it_is_closed()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        dashboard.Staged.Answer = "The port is taken. End what listens on it.";
        await using var window = await chromium.OpenAsync(dashboard.NewLink());
        await window.LiveAsync();

        await window.Page.Locator("[data-resource=dnsmasq] [data-command=restart]").ClickAsync();

        var notice = window.Page.GetByRole(AriaRole.Alert);
        await Expect(notice).ToContainTextAsync("The port is taken. End what listens on it.");
        await notice.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(notice).ToBeEmptyAsync();
    }

    [Fact]
    public async Task The_AWS_emulator_is_shown_where_it_is_and_not_in_the_lab()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync(emulator: new Uri("http://127.0.0.1:40123"));
        await using var window = await chromium.OpenAsync(dashboard.NewLink());
        var row = window.Page.Locator("[data-resource=aws]");
        await Expect(row.Locator(".here-cell")).ToContainTextAsync("127.0.0.1:40123");
        await Expect(row.Locator(".lab-cell")).ToHaveTextAsync("–");

        await window.GoAsync("/resource/aws");
        await Expect(window.Page.Locator(".facts div", new() { HasText = "On this machine" })).ToContainTextAsync("127.0.0.1:40123");
        await Expect(window.Page.Locator(".facts div", new() { HasText = "In the lab" }).Locator("dd")).ToHaveTextAsync("–");

        await window.GoAsync("/lab");
        await Expect(window.Page.Locator("[data-part=aws]:visible")).ToContainTextAsync("127.0.0.1:40123");
    }

    [Fact]
    public async Task A_log_of_a_hundred_thousand_lines_is_drawn_in_part_searched_whole_and_followed()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        dashboard.Staged.Write(
            "dnsmasq",
            Enumerable.Range(1, 100_000).Select(number => $"DHCPACK number {number}{(number % 25_000 == 0 ? " <b>needle</b>" : "")}")
        );
        await using var window = await chromium.OpenAsync(dashboard.NewLink());
        await window.GoAsync("/logs/dnsmasq");
        var (lines, count) = (window.Page.Locator(".log-line"), window.Page.Locator("[data-count]"));

        await Expect(count).ToHaveTextAsync("100,000 lines");
        await Expect(lines.Last).ToContainTextAsync("number 100000");
        Assert.InRange(await lines.CountAsync(), 10, 300);

        await window.Page.GetByRole(AriaRole.Searchbox).FillAsync("NEEDLE");
        await Expect(count).ToHaveTextAsync("4 matches in 100,000 lines");
        await Expect(window.Page.Locator("mark")).ToHaveTextAsync(["needle", "needle", "needle", "needle"]);
        dashboard.Staged.Write("dnsmasq", "hay", "another needle");
        await Expect(count).ToHaveTextAsync("5 matches in 100,002 lines");

        await window.Page.GetByRole(AriaRole.Searchbox).FillAsync("");
        await Expect(lines.Last).ToContainTextAsync("another needle");
        await window.Page.Locator(".lines").HoverAsync();
        await window.Page.Mouse.WheelAsync(0, -3000);
        await Expect(window.Page.GetByLabel("Follow")).Not.ToBeCheckedAsync();
        dashboard.Staged.Write("dnsmasq", "below the window");
        await Expect(count).ToHaveTextAsync("100,003 lines");
        await Expect(window.Page.GetByText("below the window")).ToHaveCountAsync(0);
        await window.Page.GetByLabel("Follow").CheckAsync();
        await Expect(window.Page.GetByText("below the window")).ToBeVisibleAsync();
        await window.Page.GetByLabel("Wrap").CheckAsync();
        await Expect(lines).ToHaveCountAsync(2000);
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
    public async Task A_boot_grows_stage_by_stage_and_a_failure_tells_its_evidence()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        dashboard.Staged.Set(Stage.Boot("cp1", BootStage.Dhcp) with { SwitchedOn = DateTimeOffset.UtcNow });
        await using var window = await chromium.OpenAsync(dashboard.NewLink());
        await window.GoAsync("/boot/cp1");
        var tftp = window.Page.Locator("[data-node=cp1] [data-stage=tftp]");
        await Expect(tftp).ToHaveAttributeAsync("data-stage-state", "Current");

        dashboard.Staged.Set(Stage.Boot("cp1", BootStage.Tftp) with { SwitchedOn = DateTimeOffset.UtcNow });
        await Expect(tftp).ToHaveAttributeAsync("data-stage-state", "Reached");
        await Expect(tftp).ToContainTextAsync("1.63 s");

        dashboard.Staged.Set(
            Stage.Boot("cp1", BootStage.Tftp) with
            {
                Failure = new Diagnosis(BootStage.Ipxe, ["console: <script>alert(1)</script>"], "It did not start."),
                EndedAfter = TimeSpan.FromSeconds(9),
            }
        );
        var failure = window.Page.Locator("[data-failed-stage=ipxe]");
        await Expect(failure).ToContainTextAsync("It did not start.");
        await Expect(failure.Locator("pre")).ToHaveTextAsync("console: <script>alert(1)</script>");
    }

    [Fact]
    public async Task When_the_lab_has_gone_the_page_says_so_in_its_own_words()
    {
        var dashboard = await DashboardUnderTest.StartAsync();
        await using var window = await chromium.OpenAsync(dashboard.NewLink());
        await window.LiveAsync();

        await dashboard.DisposeAsync();

        await Expect(window.Page.GetByText("The page has lost its connection to the lab")).ToBeVisibleAsync();
    }

    private static Task<string> BackgroundAsync(Window window) =>
        window.Page.EvaluateAsync<string>("getComputedStyle(document.documentElement).backgroundColor");
}
