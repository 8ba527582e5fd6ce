using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Lab.Tests.Dashboard;

/// <summary>Logs and consoles in a real browser.</summary>
[Collection(PageTests.Name)]
public sealed class LogPageTests(Chromium chromium) : IClassFixture<Chromium>
{
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

    /// <summary>What a reader sees is asked for in each frame: lines are in the pane whenever the count says that there are some.</summary>
    [Theory]
    [InlineData(100)]
    [InlineData(100_000)]
    public async Task A_pane_is_never_blank_beside_a_count(int length)
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        dashboard.Staged.Write("dnsmasq", Enumerable.Range(1, length).Select(number => $"DHCPACK number {number}"));
        await using var window = await chromium.OpenAsync(dashboard.NewLink());
        await window.Page.AddInitScriptAsync(
            """
            window.blank = []; window.frames = 0;
            const look = () => {
                const [box, count] = [document.querySelector('.lines'), document.querySelector('[data-count]')?.textContent ?? ''];
                if (box && !count.startsWith('0 ')) {
                    window.frames++;
                    const pane = box.getBoundingClientRect();
                    const isShown = [...box.querySelectorAll('.log-line, .empty')].some(line => {
                        const place = line.getBoundingClientRect();
                        return place.bottom > pane.top && place.top < pane.bottom;
                    });
                    if (!isShown) { window.blank.push(`${Math.round(performance.now())} ms: ${count}, at ${box.scrollTop} of ${box.scrollHeight}`); }
                }
                requestAnimationFrame(look);
            };
            requestAnimationFrame(look);
            """
        );
        await window.GoAsync("/logs/dnsmasq");
        await Expect(window.Page.Locator("[data-count]")).ToHaveTextAsync($"{length:#,0} lines");
        for (var more = 1; more <= 20; more++)
        {
            dashboard.Staged.Write("dnsmasq", Enumerable.Range(1, 50).Select(number => $"more {more}.{number}"));
            await window.Page.WaitForTimeoutAsync(50);
        }

        await Expect(window.Page.Locator("[data-count]")).ToHaveTextAsync($"{length + 1000:#,0} lines");
        await window.Page.GetByRole(AriaRole.Searchbox).FillAsync("more 20.");
        await Expect(window.Page.Locator("[data-count]")).ToContainTextAsync("50 matches");
        await window.Page.GetByRole(AriaRole.Searchbox).FillAsync("");
        await Expect(window.Page.Locator(".log-line").Last).ToContainTextAsync("more 20.50");

        Assert.True(await window.Page.EvaluateAsync<int>("window.frames") > 10);
        var blank = await window.Page.EvaluateAsync<string[]>("window.blank");
        Assert.True(blank.Length == 0, string.Join('\n', blank));
    }
}
