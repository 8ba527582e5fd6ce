using System.Net;
using Lab.Dashboard;

namespace Lab.Tests.Dashboard;

public sealed class AccessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/")]
    [InlineData("/logs/dnsmasq")]
    [InlineData("/download/dnsmasq.log")]
    [InlineData("/login")]
    [InlineData("/login?t=wrong")]
    public async Task Without_the_token_a_page_says_where_the_link_is(string path)
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        using var client = Client(dashboard);

        var answer = await client.GetAsync(path, Token);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync(Token);
        Assert.Contains("the link that the lab printed", page);
        Assert.DoesNotContain(DashboardUnderTest.Token, page);
        Assert.DoesNotContain("dnsmasq", page);
    }

    [Fact]
    public async Task The_live_connection_needs_the_token_too()
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

        var answer = await client.GetAsync(dashboard.LoginUrl, Token);

        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        client.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]);
        Assert.Contains("boot-server", await client.GetStringAsync("/", Token));
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

        var answer = await client.GetAsync(DashboardApp.LoginUrl(dashboard.Address, DashboardUnderTest.Token, page), Token);

        Assert.Equal($"0;url={expected}", Assert.Single(answer.Headers.GetValues("Refresh")));
        Assert.Contains($"href=\"{expected}\"", await answer.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData("Host", "lab.example.org")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    [InlineData("Origin", "https://example.org")]
    public async Task Another_name_or_another_page_is_refused_even_with_the_token(string header, string value)
    {
        await using var dashboard = await DashboardUnderTest.StartAsync();
        using var client = Client(dashboard);
        var cookie = (await client.GetAsync(dashboard.LoginUrl, Token)).Headers.GetValues("Set-Cookie").Single().Split(';')[0];
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
        client.DefaultRequestHeaders.Add("Cookie", (await client.GetAsync(dashboard.LoginUrl, Token)).Headers.GetValues("Set-Cookie").Single().Split(';')[0]);

        foreach (var path in new[] { "/", "/boot", "/lab", "/checks" })
        {
            var page = await client.GetStringAsync(path, Token);
            Assert.Contains("<h1", page);
            Assert.DoesNotMatch(@"(src|<link[^>]*href)=""?(https?:)?//", page);
        }
    }

    private static HttpClient Client(DashboardUnderTest dashboard) => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(dashboard.Address) };
}
