using System.Diagnostics;

namespace Lab.Tests.BootServer;

public sealed class AssetOptionTests
{
    [Theory]
    [InlineData(false, 404)]
    [InlineData(true, 200)]
    public async Task A_symlink_that_leads_outside_is_followed_only_when_asked_to(bool follow, int status)
    {
        await using var server = await BootServerUnderTest.StartAsync(options => options with { AssetsFollowSymlinks = follow });
        File.CreateSymbolicLink(Path.Combine(server.Assets, "inside"), "plain.txt");
        File.CreateSymbolicLink(Path.Combine(server.Assets, "inside-absolute"), Path.Combine(server.Assets, "plain.txt"));
        File.CreateSymbolicLink(Path.Combine(server.Assets, "outside"), Path.Combine(server.Data, "secret-in-root.txt"));
        Directory.CreateSymbolicLink(Path.Combine(server.Assets, "data"), server.Data);

        Assert.Equal(200, (await server.GetAsync("/assets/inside")).Status);
        Assert.Equal(200, (await server.GetAsync("/assets/inside-absolute")).Status);
        Assert.Equal(status, (await server.GetAsync("/assets/outside")).Status);
        Assert.Equal(status, (await server.GetAsync("/assets/data/secret-in-root.txt")).Status);
    }

    [Fact]
    public async Task Directories_are_listed_when_asked_to()
    {
        await using var server = await BootServerUnderTest.StartAsync(options => options with { AssetsListing = true });
        var answer = await server.GetAsync("/assets/");
        Assert.Equal((200, "text/html; charset=utf-8"), (answer.Status, answer["Content-Type"]));
        Assert.Contains("<a href=\"a%20b.txt\">a b.txt</a>\n", answer.Text, StringComparison.Ordinal);
        Assert.Contains("<a href=\"dir/\">dir/</a>\n", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_assets_path_there_are_no_assets()
    {
        await using var server = await BootServerUnderTest.StartAsync(options => options with { AssetsPath = null });
        Assert.Equal(404, (await server.GetAsync("/assets/plain.txt")).Status);
        Assert.Equal(404, (await server.GetAsync("/assets")).Status);
    }

    [Fact]
    public async Task A_pipe_among_the_assets_holds_nobody_up()
    {
        await using var server = await BootServerUnderTest.StartAsync();
        using var mkfifo = Process.Start("mkfifo", Path.Combine(server.Assets, "pipe"));
        await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(404, (await server.GetAsync("/assets/pipe")).Status);
    }

    [Fact]
    public async Task An_asset_can_be_replaced_while_the_server_runs()
    {
        await using var server = await BootServerUnderTest.StartAsync();
        Assert.Equal("0123456789", (await server.GetAsync("/assets/plain.txt")).Text);
        server.WriteAsset("plain.txt", "new");
        Assert.Equal("new", (await server.GetAsync("/assets/plain.txt")).Text);
    }
}
