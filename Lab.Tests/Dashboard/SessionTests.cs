using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using static Microsoft.Playwright.Assertions;

namespace Lab.Tests.Dashboard;

/// <summary>What a real browser does with a link and its session, beside another server on this machine.</summary>
public sealed class SessionTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public async Task No_other_server_of_this_machine_gets_the_cookie_and_a_link_from_its_page_works_twice()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        var link = dashboard.NewLink("/boot/cp1");
        var heard = new ConcurrentQueue<string>();
        await using var other = await StartOtherAsync(link, heard);
        await using var window = await chromium.OpenAsync(dashboard.NewLink());
        var page = window.Page;
        await Expect(page.Locator("h1")).ToHaveTextAsync("Nodes");

        foreach (var name in new[] { "127.0.0.1", "localhost", "another.localhost" })
        {
            // Once as the first use of the link, then as one that was used.
            await page.GotoAsync($"http://{name}:{new Uri(other.Urls.First()).Port}/");
            await page.GetByText("To the lab").ClickAsync();
            await Expect(page).ToHaveURLAsync($"{dashboard.Address}/boot/cp1");
            await Expect(page.Locator("h1")).ToContainTextAsync("Boot");
        }

        Assert.True(heard.Count >= 3);
        Assert.All(heard, Assert.Empty);
    }

    [Fact]
    public async Task A_second_browser_is_told_how_to_get_a_link_of_its_own()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        var link = dashboard.NewLink();
        await using var first = await chromium.OpenAsync(link);
        await Expect(first.Page.Locator("h1")).ToHaveTextAsync("Nodes");

        await using var second = await chromium.OpenAsync(link);

        await Expect(second.Page).ToHaveURLAsync(new Regex(@"/login\?again=true"));
        await Expect(second.Page.Locator("main")).ToContainTextAsync("This link was already used");
        await Expect(second.Page.Locator("main")).ToContainTextAsync("dotnet run --project Lab.Cli -- dashboard");
        await first.Page.ReloadAsync();
        await Expect(first.Page.Locator("h1")).ToHaveTextAsync("Nodes");
    }

    private static async Task<WebApplication> StartOtherAsync(string link, ConcurrentQueue<string> heard)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context =>
        {
            heard.Enqueue(context.Request.Headers.Cookie.ToString());
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync($"<!doctype html><h1>Other</h1><a href=\"{System.Net.WebUtility.HtmlEncode(link)}\">To the lab</a>");
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
