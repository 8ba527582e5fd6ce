using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Model.Definition;
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
        "/lab",
        "/checks",
        "/aws",
    ];

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
        KeepRuns(dashboard);
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
        await using var window = await chromium.OpenAsync(dashboard.NewLink("/resources"));
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
        await using var window = await chromium.OpenAsync(dashboard.NewLink("/resources"));
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
        await using var window = await chromium.OpenAsync(dashboard.NewLink("/resources"));
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
        await using var window = await chromium.OpenAsync(dashboard.NewLink("/resources"));
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

    [Fact]
    public async Task The_first_page_has_a_lane_for_each_node_failed_ones_first_beside_the_boots_that_they_had_before()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        var now = DateTimeOffset.UtcNow;
        dashboard.Staged.Set(Stage.Boot("cp2", BootStage.Script) with { SwitchedOn = now.AddSeconds(-5) });
        dashboard.Staged.Set(
            Stage.Boot("cp3", BootStage.Firmware) with
            {
                SwitchedOn = now,
                Failure = new Diagnosis(BootStage.Dhcp, ["dnsmasq is Exited"], "dnsmasq is Exited, so the node gets no answer from it."),
                EndedAfter = TimeSpan.FromSeconds(9),
            }
        );
        KeepRuns(dashboard);
        await using var window = await chromium.OpenAsync(dashboard.NewLink());
        await window.LiveAsync();
        var (lanes, page) = (window.Page.Locator("[data-lane]"), window.Page);

        Assert.Equal(["cp3", "cp2", "cp1"], await lanes.EvaluateAllAsync<string[]>("all => all.map(lane => lane.dataset.lane)"));
        await Expect(page.Locator("[data-lane=cp2] [data-lane-note]")).ToContainTextAsync("waits for the kernel from the boot server");
        await Expect(page.Locator("[data-lane=cp2] [data-lane-note]"))
            .ToContainTextAsync(new System.Text.RegularExpressions.Regex(@"\d\.\d s slower than usual at kernel"));
        await Expect(page.Locator("[data-lane=cp2] [data-ghost]")).ToHaveAttributeAsync("title", "usually ready after 5.64 s (one boot)");
        await Expect(page.Locator("[data-lane=cp1] [data-lane-note]")).ToHaveCountAsync(0);
        await Expect(page.Locator("[data-services]")).ToHaveAttributeAsync("data-services", "quiet");
        await Expect(page).ToHaveTitleAsync(new System.Text.RegularExpressions.Regex("^✓ Nodes – lab"));

        dashboard.Staged.Set("dnsmasq", ResourceState.Exited, "exit code 2");
        await Expect(page.Locator("[data-service=dnsmasq]")).ToContainTextAsync("exit code 2");
        await Expect(page).ToHaveTitleAsync(new System.Text.RegularExpressions.Regex("^✗ 1 failed: Nodes"));
        await Expect(page.Locator("link[rel=icon]")).ToHaveAttributeAsync("href", "assets/favicon-bad.svg");

        var failure = page.Locator("[data-lane=cp3] [data-failed-stage=dhcp]");
        await Expect(failure.Locator("[data-remedy]")).ToContainTextAsync("start dnsmasq");
        await Expect(failure.Locator("[data-lab-file]")).ToHaveTextAsync("lab.yaml:4 - { name: cp3, mac: \"52:54:00:13:00:03\", address: 10.20.13.13 }");
        await failure.GetByText("what was seen").ClickAsync();
        await Expect(page.Locator("[data-proof=dhcp]")).ToContainTextAsync("dnsmasq is Exited");
    }

    [Fact]
    public async Task A_click_on_a_stage_shows_the_DHCP_exchange_of_that_machine_alone()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        var boot = Stage.Boot("cp1", BootStage.Dhcp) with { SwitchedOn = DateTimeOffset.UtcNow.AddSeconds(-1.5), Mac = MacAddress.Parse("52:54:00:13:00:01") };
        dashboard.Staged.Set(boot with { Stages = [.. boot.Stages.Select(stage => stage with { Source = "dnsmasq" })] });
        dashboard.Staged.Write(
            "dnsmasq",
            "dnsmasq-dhcp[7]: 42 vendor class: PXEClient:Arch:00011:UNDI:003000",
            "dnsmasq-dhcp[7]: 42 DHCPDISCOVER(eth0) 52:54:00:13:00:01 ",
            "dnsmasq-dhcp[7]: 42 vendor class: somebody else",
            "dnsmasq-dhcp[7]: 42 DHCPACK(eth0) 10.20.13.12 52:54:00:13:00:02 cp2",
            "dnsmasq-dhcp[7]: 42 sent size:  4 option:  3 router  10.20.13.2",
            "dnsmasq-dhcp[7]: 42 DHCPACK(eth0) 10.20.13.11 52:54:00:13:00:01 cp1",
            "dnsmasq-dhcp[7]: 42 sent size: 15 option: 67 bootfile-name  ipxe-arm64.efi"
        );
        await using var window = await chromium.OpenAsync(dashboard.NewLink());
        await window.LiveAsync();

        await window.Page.Locator("[data-lane=cp1] [data-bar=dhcp]").ClickAsync();

        var lines = window.Page.Locator("[data-proof=dhcp] [data-proof-lines]");
        await Expect(lines).ToContainTextAsync("67 bootfile-name  ipxe-arm64.efi");
        await Expect(lines).ToContainTextAsync("UNDI:003000");
        await Expect(lines).Not.ToContainTextAsync("somebody else");
        await Expect(lines).Not.ToContainTextAsync("10.20.13.2");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "dhcp" }).ClickAsync();
        await Expect(lines).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Kept_runs_are_listed_opened_and_compared()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        KeepRuns(dashboard);
        await using var window = await chromium.OpenAsync(dashboard.NewLink("/runs"));
        await window.LiveAsync();
        var page = window.Page;

        Assert.Equal(["2", "1"], await page.Locator("[data-run]").EvaluateAllAsync<string[]>("all => all.map(run => run.dataset.run)"));
        await page.Locator("[data-run='1'] a").ClickAsync();
        await Expect(page.Locator("[data-node=cp2] [data-stage=kernel]")).ToContainTextAsync("2.40 s");
        await window.GoAsync("/resource/cp2");
        await Expect(page.Locator("[data-kept-boot]")).ToHaveCountAsync(2);
        await Expect(page.Locator("[data-node-facts]")).ToContainTextAsync("stand-in");
        await Expect(page.Locator("[data-node-facts]")).ToContainTextAsync("lab.yaml:3");
        await window.GoAsync("/runs");
        await page.Locator("[data-compare]").ClickAsync();
        await Expect(page.Locator("[data-compared=cp1]")).ToContainTextAsync("ready after 5.64 s → ready after 5.64 s");
        await Expect(page.Locator("[data-compared=cp1] [data-stage=kernel] .number").Last).ToHaveTextAsync("0.00 s");
    }

    [Fact]
    public async Task The_list_is_grouped_and_filtered_and_sorted_with_what_has_failed_first()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        dashboard.Staged.Set("boot-server", ResourceState.FailedToStart, "address in use");
        await using var window = await chromium.OpenAsync(dashboard.NewLink("/resources"));
        await window.LiveAsync();
        var page = window.Page;
        Task<string[]> RowsAsync(string group) =>
            page.Locator($"[data-group='{group}'] [data-resource]").EvaluateAllAsync<string[]>("all => all.map(row => row.dataset.resource)");

        Assert.Equal(
            ["Nodes", "Services", "Registry caches"],
            await page.Locator("[data-group]").EvaluateAllAsync<string[]>("all => all.map(group => group.dataset.group)")
        );
        Assert.Equal("boot-server", (await RowsAsync("Services"))[0]);
        var name = page.GetByRole(AriaRole.Button, new() { Name = "Name" });
        await name.ClickAsync();
        await name.ClickAsync();
        await Expect(page.Locator("th[aria-sort=descending]")).ToHaveTextAsync("Name ↓");
        Assert.Equal(["cp3", "cp2", "cp1"], await RowsAsync("Nodes"));

        await page.Locator("[data-filter]").FillAsync("ADDRESS in");
        await Expect(page.Locator("[data-found]")).ToHaveTextAsync("1 resource");
        await Expect(page.Locator("[data-resource]")).ToHaveCountAsync(1);
        await page.Locator("[data-filter]").FillAsync("nothing has that");
        await Expect(page.Locator(".empty")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_list_has_keys()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        await using var window = await chromium.OpenAsync(dashboard.NewLink("/resources"));
        await window.LiveAsync();
        var page = window.Page;
        var keyboard = page.Keyboard;

        await keyboard.PressAsync("?");
        var help = page.GetByRole(AriaRole.Dialog, new() { Name = "Keys" });
        await Expect(help).ToContainTextAsync("next of a list");
        await keyboard.PressAsync("Escape");
        await Expect(help).ToBeHiddenAsync();

        await keyboard.PressAsync("j");
        await keyboard.PressAsync("j");
        await Expect(page.Locator("[data-resource=cp2] [data-row-link]")).ToBeFocusedAsync();
        await keyboard.PressAsync("k");
        await keyboard.PressAsync("r");
        var question = page.GetByRole(AriaRole.Dialog, new() { Name = "Power-cycle: cp1" });
        await Expect(question).ToBeVisibleAsync();
        await keyboard.PressAsync("Escape");

        await keyboard.PressAsync("/");
        await keyboard.TypeAsync("rj");
        await Expect(page.Locator("[data-filter]")).ToHaveValueAsync("rj");
        await page.Locator("[data-filter]").FillAsync("cp3");
        await Expect(page.Locator("[data-resource]")).ToHaveCountAsync(1);
        await page.Locator("h1").FocusAsync();
        await keyboard.PressAsync("j");
        await keyboard.PressAsync("Enter");
        await Expect(page.Locator("h1")).ToHaveTextAsync("cp3");
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

    [Fact]
    public async Task The_console_is_a_terminal_that_types_when_it_is_told_to_and_is_searched()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        using var log = new LogFile(Path.Combine(dashboard.Files.Root, "console.log"));
        await using var serial = new SerialConsole(Path.Combine(dashboard.Files.Run, "serial"), log);
        var console = new ConsoleServer(ConsoleServer.SocketPath(dashboard.Files, "cp1"));
        console.Connect(serial);
        await using var machine = await UnixSocket.ConnectAsync(serial.Path, TestContext.Current.CancellationToken);
        await machine.WriteAsync("\e[2J\e[1;1HShell> \e[31mneedle\e[0m"u8.ToArray(), TestContext.Current.CancellationToken);
        await using var window = await chromium.OpenAsync(dashboard.NewLink("/console/cp1"));
        await window.LiveAsync();
        var (page, screen) = (window.Page, window.Page.Locator(".xterm-rows"));

        await Expect(screen).ToContainTextAsync("Shell> needle");
        await page.Locator(".xterm").ClickAsync();
        await page.Keyboard.TypeAsync("no");
        await page.Locator("[data-takes-input]").CheckAsync();
        await Expect(page.Locator(".xterm-helper-textarea")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("ls /");
        await page.Keyboard.PressAsync("ArrowUp");
        var typed = new byte[7];
        await machine.ReadExactlyAsync(typed, TestContext.Current.CancellationToken);
        Assert.Equal("ls /\e[A", System.Text.Encoding.ASCII.GetString(typed));
        await machine.WriteAsync("ls /\r\nEFI\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        await Expect(screen).ToContainTextAsync("EFI");

        await page.Keyboard.PressAsync("Control+]");
        await Expect(page.Locator("[data-takes-input]")).ToBeFocusedAsync();
        await page.Locator("[data-terminal-search]").FillAsync("NEEDLE");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".xterm-selection div").First).ToBeAttachedAsync();
        Assert.Empty(await window.BarriersAsync());
        await page.SetViewportSizeAsync(390, 844);
        Assert.True(await window.OverflowAsync() <= 0, "the terminal is wider than its window");
        await console.DisposeAsync();
        await Expect(page.Locator("[data-terminal-state]")).ToHaveTextAsync("The lab has closed the console.");
        Assert.Empty(window.Errors);
    }

    /// <summary>A run in which all got ready, and the one that goes on.</summary>
    private static void KeepRuns(DashboardUnderTest dashboard)
    {
        var (now, boots) = (DateTimeOffset.UtcNow, dashboard.Staged.Boots);
        dashboard.Runs.Save(
            new KeptRun(1, "lab", RunPlace.Home, "stand-in", now.AddHours(-1))
            {
                Ended = now.AddMinutes(-50),
                Boots = [.. boots.Select(boot => KeptBoots.Keep(Stage.Boot(boot.Node, BootStage.Ready) with { SwitchedOn = now.AddHours(-1) }))],
            }
        );
        dashboard.Runs.Save(new KeptRun(2, "lab", RunPlace.Home, "stand-in", now.AddMinutes(-1)) { Boots = [.. boots.Select(KeptBoots.Keep)] });
    }

    private static Task<string> BackgroundAsync(Window window) =>
        window.Page.EvaluateAsync<string>("getComputedStyle(document.documentElement).backgroundColor");
}
