using Lab.Dashboard.Serving.ResourceService;
using Lab.Model.Running;
using Lab.Runtime.State;
using Lab.Tests.Model;
using static Microsoft.Playwright.Assertions;

namespace Lab.Tests.Dashboard;

/// <summary>Text of others on the page, drawn by the server and changed while it is open.</summary>
public sealed class VisiblePageTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public async Task A_page_is_drawn_with_escapes()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        dashboard.Staged.Set("dnsmasq", ResourceState.Unhealthy, VisibleTextTests.Hostile);
        using var client = LocalNames.Client(dashboard.Address);
        var login = await client.GetAsync(dashboard.NewLink(), TestContext.Current.CancellationToken);
        client.DefaultRequestHeaders.Add("Cookie", login.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);

        var page = await client.GetStringAsync("/", TestContext.Current.CancellationToken);

        Assert.Contains(VisibleTextTests.Shown, page);
        Assert.Empty(VisibleTextTests.HiddenIn(page));
    }

    [Fact]
    public async Task What_changes_later_has_escapes_too()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        await using var window = await chromium.OpenAsync(dashboard.NewLink("/resources"));
        await window.LiveAsync();

        dashboard.Staged.Set("dnsmasq", ResourceState.Unhealthy, $"first {VisibleTextTests.Hostile}");
        await Expect(window.Page.Locator("[data-resource=dnsmasq]")).ToContainTextAsync($"first {VisibleTextTests.Shown}");
        dashboard.Staged.Set("dnsmasq", ResourceState.Unhealthy, $"second {VisibleTextTests.Hostile}");
        await Expect(window.Page.Locator("[data-resource=dnsmasq]")).ToContainTextAsync($"second {VisibleTextTests.Shown}");
        Assert.Empty(VisibleTextTests.HiddenIn(await window.Page.Locator("html").InnerHTMLAsync()));
        Assert.Empty(window.Errors);
    }

    [Fact]
    public async Task Lines_of_logs_and_consoles_keep_their_colours_and_have_escapes()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        await using var window = await chromium.OpenAsync(dashboard.NewLink());
        await window.GoAsync("/logs/dnsmasq");

        dashboard.Staged.Write("dnsmasq", "\e[31mred\e[0m \u202eesrever\u009b2J\u200b.");

        await Expect(window.Page.Locator(".log-text").Last).ToHaveTextAsync(@"red \u202eesrever\u009b2J\u200b.");
        await Expect(window.Page.Locator(".ansi-1")).ToHaveTextAsync("red");
    }

    [Fact]
    public void Aspires_dashboard_gets_escapes_and_colours()
    {
        var line = ResourceMessages.Line(new LogLine(1, DateTimeOffset.UnixEpoch, $"\e[31m{VisibleTextTests.Hostile}\e[0m"));
        Assert.EndsWith($"\e[31m{VisibleTextTests.Shown}\e[0m", line.Text);

        var snapshot = Stage.Healthy(new Lab.Model.Definition.LabDefinition(), null).Current.Single(now => now.Definition.Name == "aws") with
        {
            Detail = VisibleTextTests.Hostile,
        };
        Assert.Contains(ResourceFact.Of(snapshot, null), fact => (fact.Value as string) == VisibleTextTests.Shown);
    }
}
