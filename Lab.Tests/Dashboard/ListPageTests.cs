using Lab.Model.Definition;
using Lab.Model.Input;
using Lab.Model.Running;
using Lab.Runtime.State;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Lab.Tests.Dashboard;

/// <summary>The list of resources in a real browser, on a lab whose states the test decides.</summary>
[Collection(PageTests.Name)]
public sealed class ListPageTests(Chromium chromium) : IClassFixture<Chromium>
{
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
        await Expect(window.Page.Locator(".facts div", new() { HasText = "In the lab" })).ToHaveCountAsync(0);

        await window.GoAsync("/lab");
        await Expect(window.Page.Locator("[data-part=aws]:visible")).ToContainTextAsync("127.0.0.1:40123");
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

    [Theory]
    [InlineData(1280, 800)]
    [InlineData(1440, 900)]
    public async Task Six_nodes_leave_room_for_the_services_and_each_command_has_a_name(int width, int height)
    {
        await using var dashboard = await DashboardUnderTest.StartAsync(new LabDefinition().WithNodes(6));
        await using var window = await chromium.OpenAsync(dashboard.NewLink("/resources"), width, height);
        await window.LiveAsync();
        var page = window.Page;

        await Expect(page.Locator("[data-resource=cp6]")).ToBeInViewportAsync(new() { Ratio = 1 });
        await Expect(page.Locator("[data-group=Services] .group")).ToBeInViewportAsync(new() { Ratio = 1 });
        var commands = page.Locator("[data-resource=cp1] .commands");
        var cycle = commands.GetByRole(AriaRole.Button, new() { Name = "Power-cycle" });
        await Expect(cycle.Locator(".label")).ToHaveCSSAsync("clip-path", "inset(50%)");
        await cycle.HoverAsync();
        await Expect(cycle.Locator(".label")).ToHaveCSSAsync("clip-path", "none");
        await Expect(cycle.Locator(".label")).ToBeInViewportAsync(new() { Ratio = 1 });
        await Expect(commands.GetByRole(AriaRole.Link, new() { Name = "Open console" })).ToBeVisibleAsync();
        Assert.Empty(await window.BarriersAsync());
    }

    [Fact]
    public async Task A_node_is_listed_with_role_image_and_machine_as_far_as_the_window_is_wide()
    {
        var lab = new LabDefinition() with
        {
            Machine = new MachineDefinition
            {
                Cpus = 2,
                MemoryMib = 2048,
                DiskGib = 20,
            },
        };
        await using var dashboard = await DashboardUnderTest.StartAsync(lab.WithNodes(3));
        await using var window = await chromium.OpenAsync(dashboard.NewLink("/resources"), 1600, 900);
        await window.LiveAsync();
        var row = window.Page.Locator("[data-resource=cp1]");

        await Expect(row.Locator(".role-cell")).ToHaveTextAsync("controlplane");
        await Expect(row.Locator(".image-cell")).ToHaveTextAsync("stand-in");
        await Expect(row.Locator(".machine-cell")).ToContainTextAsync("arm64");
        await Expect(row.Locator(".machine-cell")).ToContainTextAsync("2 CPUs, 2 GiB, disk 20 GiB");
        Assert.True(await window.OverflowAsync() <= 0, "the list is wider than its window");
        foreach (var width in new[] { 1440, 1280, 390 })
        {
            await window.Page.SetViewportSizeAsync(width, 900);
            await Expect(row.Locator(".machine-cell")).ToBeHiddenAsync();
            await Expect(row.Locator(".machine-line")).ToBeVisibleAsync();
            Assert.True(await window.OverflowAsync() <= 0, $"the list is wider than {width} pixels");
        }

        await window.Page.Locator("[data-filter]").FillAsync("STAND-in");
        await Expect(window.Page.Locator("[data-found]")).ToHaveTextAsync("3 resources");
    }
}
