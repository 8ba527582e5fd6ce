using System.Net;

namespace Lab.Tests.Dashboard;

public sealed class AccessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/")]
    [InlineData("/logs/dnsmasq")]
    [InlineData("/download/dnsmasq.log")]
    [InlineData("/nonsense")]
    [InlineData("/login")]
    [InlineData("/login?t=wrong")]
    public async Task Without_a_session_a_page_says_how_to_get_a_link(string path)
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        using var client = Client(dashboard);

        var answer = await client.GetAsync(path, Token);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync(Token);
        Assert.Contains("dotnet run --project Lab.Cli -- dashboard", page);
        Assert.DoesNotContain("dnsmasq", page);
    }

    [Fact]
    public async Task The_live_connection_needs_the_session_too()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        using var client = Client(dashboard);

        var answer = await client.PostAsync("/_blazor/negotiate?negotiateVersion=1", null, Token);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task The_link_sets_a_cookie_that_scripts_and_other_sites_do_not_get()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        using var client = Client(dashboard);

        var answer = await client.GetAsync(dashboard.NewLink(), Token);

        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain", cookie, StringComparison.OrdinalIgnoreCase);
        client.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]);
        Assert.Contains("boot-server", await client.GetStringAsync("/resources", Token));
    }

    [Fact]
    public async Task A_link_logs_in_once_and_the_cookie_says_nothing_of_it()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        using var client = Client(dashboard);
        var link = dashboard.NewLink();
        var token = new Uri(link).Query["?t=".Length..];

        var cookie = await CookieAsync(client, link);
        using var again = await client.GetAsync(link, Token);

        Assert.Equal(HttpStatusCode.Unauthorized, again.StatusCode);
        Assert.False(again.Headers.Contains("Set-Cookie"));
        Assert.Contains("This link was already used", await again.Content.ReadAsStringAsync(Token));
        var session = cookie.Split('=')[1];
        Assert.DoesNotContain(session, token);
        Assert.NotEqual(session, (await CookieAsync(client, dashboard.NewLink())).Split('=')[1]);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync($"/login?t={session}", Token)).StatusCode);
        using var asCookie = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Cookie", $"{cookie.Split('=')[0]}={token}" } } };
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.SendAsync(asCookie, Token)).StatusCode);
    }

    [Fact]
    public async Task Of_many_that_use_a_link_at_once_one_is_logged_in()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        using var client = Client(dashboard);
        var link = dashboard.NewLink();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.GetAsync(link, Token)));

        Assert.Single(answers, answer => answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task A_session_and_a_link_of_another_run_are_worth_nothing()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        await using var other = await DashboardUnderTest.StartAsync();
        using var client = Client(dashboard);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Cookie", await CookieAsync(LocalNames.Client(), other.NewLink()) } } };

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.SendAsync(request, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(new Uri(other.NewLink()).PathAndQuery, Token)).StatusCode);
    }

    [Fact]
    public async Task In_a_browser_that_has_used_a_link_it_goes_on_opening_its_page()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        using var client = Client(dashboard);
        var link = dashboard.NewLink("/boot/cp1");
        client.DefaultRequestHeaders.Add("Cookie", await CookieAsync(client, link));

        using var again = await client.GetAsync(link, Token);

        Assert.Equal((HttpStatusCode.Found, "/boot/cp1"), (again.StatusCode, $"{again.Headers.Location}"));
    }

    [Theory]
    [InlineData("/boot/cp1", "/boot/cp1")]
    [InlineData("/logs/registry-docker.io", "/logs/registry-docker.io")]
    [InlineData("//example.org", "/")]
    [InlineData("/\\example.org", "/")]
    [InlineData("https://example.org", "/")]
    [InlineData("/\"><b>", "/%22%3E%3Cb%3E")]
    public async Task The_link_can_open_a_page_of_the_lab_and_of_nobody_else(string page, string expected)
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        using var client = Client(dashboard);

        var answer = await client.GetAsync(dashboard.NewLink(page), Token);

        Assert.Equal($"0;url={expected}", Assert.Single(answer.Headers.GetValues("Refresh")));
        Assert.Contains($"href=\"{expected}\"", await answer.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData("Host", "lab.example.org")]
    [InlineData("Host", "127.0.0.1")]
    [InlineData("Host", "localhost")]
    [InlineData("Host", "[::1]")]
    [InlineData("Host", "other.localhost")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    [InlineData("Origin", "https://example.org")]
    public async Task Another_name_or_another_page_is_refused_even_with_the_session(string header, string value)
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        using var client = Client(dashboard);
        var cookie = await CookieAsync(client, dashboard.NewLink());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Cookie", cookie } } };
        request.Headers.TryAddWithoutValidation(header, value);

        var answer = await client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task What_the_host_serves_itself_is_left_alone()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        using var client = Client(dashboard);

        Assert.Equal("not the dashboard's", await client.GetStringAsync("/of-the-host", Token));
    }

    [Fact]
    public async Task A_page_has_its_content_before_any_script_runs_and_loads_nothing_from_elsewhere()
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        using var client = Client(dashboard);
        client.DefaultRequestHeaders.Add("Cookie", await CookieAsync(client, dashboard.NewLink()));

        foreach (var path in new[] { "/", "/boot", "/lab", "/checks" })
        {
            var page = await client.GetStringAsync(path, Token);
            Assert.Contains("<h1", page);
            Assert.DoesNotMatch(@"(src|<link[^>]*href)=""?(https?:)?//", page);
        }
    }

    [Theory]
    [InlineData("/nonsense", "There is no page", "href=\"/checks\"")]
    [InlineData("/resource/dnsmask", "The lab has no resource", "Did you mean <a href=\"/resource/dnsmasq\">")]
    [InlineData("/logs/nosuch", "The lab has no resource", "href=\"/logs/dnsmasq\"")]
    [InlineData("/boot/cp9", "The lab has no node", "Did you mean <a href=\"/boot/cp1\">")]
    [InlineData("/console/nosuch", "The lab has no node", "href=\"/console/cp1\"")]
    public async Task An_address_that_is_not_there_gets_a_page_with_what_is(string path, string title, string link)
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        using var client = Client(dashboard);
        client.DefaultRequestHeaders.Add("Cookie", await CookieAsync(client, dashboard.NewLink()));

        var answer = await client.GetAsync(path, Token);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync(Token);
        Assert.Contains(title, page);
        Assert.Contains(link, page);
        Assert.Contains("class=\"brand\"", page);
    }

    private static async Task<string> CookieAsync(HttpClient client, string link) =>
        (await client.GetAsync(link, Token)).Headers.GetValues("Set-Cookie").Single().Split(';')[0];

    private static HttpClient Client(DashboardUnderTest dashboard) => LocalNames.Client(dashboard.Address);
}
