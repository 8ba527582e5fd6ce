namespace Lab.Tests.BootServer;

/// <summary>A change of the data directory is seen by the next request; a broken one does no harm.</summary>
public sealed class LiveChangeTests
{
    private const string Mac = "/ipxe?mac=52-54-00-89-d8-10";

    [Fact]
    public async Task The_next_request_sees_a_new_group_a_changed_one_and_a_removed_one()
    {
        await using var server = await BootServerUnderTest.StartAsync();
        for (var round = 0; round < 50; round++)
        {
            server.WriteData("groups/new.json", Group("new", "tie-a", round));
            Assert.Equal("#!ipxe\nkernel tie-a\nboot\n", await ScriptAsync(server, $"/ipxe?round={round}"));
            server.WriteData("groups/new.json", Group("new", "tie-z", round));
            Assert.Equal("#!ipxe\nkernel tie-z\nboot\n", await ScriptAsync(server, $"/ipxe?round={round}"));
            File.Delete(Path.Combine(server.Data, "groups/new.json"));
            Assert.Contains("/assets/default/", await ScriptAsync(server, $"/ipxe?round={round}"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_next_request_sees_what_was_renamed_or_linked_into_place()
    {
        await using var server = await BootServerUnderTest.StartAsync();
        server.WriteData("staging.json", Group("new", "tie-a", 1));
        File.Move(Path.Combine(server.Data, "staging.json"), Path.Combine(server.Data, "groups/new.json"));
        Assert.Equal("#!ipxe\nkernel tie-a\nboot\n", await ScriptAsync(server, "/ipxe?round=1"));

        server.WriteData("elsewhere.json", Group("link", "tie-z", 2));
        File.CreateSymbolicLink(Path.Combine(server.Data, "groups/link.json"), "../elsewhere.json");
        Assert.Equal("#!ipxe\nkernel tie-z\nboot\n", await ScriptAsync(server, "/ipxe?round=2"));
    }

    [Fact]
    public async Task The_next_request_sees_a_changed_profile_and_template()
    {
        await using var server = await BootServerUnderTest.StartAsync();
        server.WriteData("profiles/tie-a.json", """{"id":"x","boot":{"kernel":"changed"}}""");
        Assert.Equal("#!ipxe\nkernel changed\nboot\n", await ScriptAsync(server, "/ipxe?region=a"));
        server.WriteData("generic/html.tmpl", "changed {{.name}}");
        Assert.Equal("changed n<1>&", await ScriptAsync(server, "/generic?p=html"));
        server.WriteData("ignition/node.ign", """{"ignition":{"version":"3.4.0"},"passwd":{"users":[{"name":"core"}]}}""");
        Assert.Contains("core", await ScriptAsync(server, "/ignition?p=ign"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_request_sees_a_profile_that_leaves_the_machine_to_its_disk()
    {
        await using var server = await BootServerUnderTest.StartAsync();
        server.WriteData("profiles/tie-a.json", """{"id":"x","boot":{"disk":true}}""");
        Assert.Equal("#!ipxe\niseq ${platform} efi && exit 1 ||\nsanboot --no-describe --drive 0x80 || exit 1\n", await ScriptAsync(server, "/ipxe?region=a"));
        Assert.Equal("exit\n", await ScriptAsync(server, "/grub?region=a"));
    }

    [Fact]
    public async Task A_data_directory_may_be_filled_after_the_start()
    {
        await using var server = await BootServerUnderTest.StartAsync(empty: true);
        Assert.Equal(404, (await server.GetAsync("/ipxe")).Status);
        Assert.Equal(404, (await server.GetAsync("/metadata")).Status);
        Assert.Equal(200, (await server.GetAsync("/boot.ipxe")).Status);
        server.WriteData("groups/all.json", """{"profile":"p"}""");
        server.WriteData("profiles/p.json", """{"id":"p","boot":{"kernel":"k"}}""");
        Assert.Equal("#!ipxe\nkernel k\nboot\n", await ScriptAsync(server, "/ipxe"));
    }

    [Fact]
    public async Task A_replaced_directory_is_read_anew()
    {
        await using var server = await BootServerUnderTest.StartAsync();
        Directory.Move(Path.Combine(server.Data, "groups"), Path.Combine(server.Data, "old"));
        Assert.Equal(404, (await server.GetAsync("/ipxe")).Status);
        server.WriteData("groups/one.json", """{"profile":"tie-a"}""");
        Assert.Equal("#!ipxe\nkernel tie-a\nboot\n", await ScriptAsync(server, "/ipxe"));
    }

    [Fact]
    public async Task A_broken_file_keeps_its_last_good_version_and_the_log_says_so_once()
    {
        await using var server = await BootServerUnderTest.StartAsync();
        var before = await ScriptAsync(server, Mac);
        server.WriteData("groups/node1.json", """{"id":"node1","profile":""");
        server.WriteData("profiles/talos.json", "");
        Assert.Equal(before, await ScriptAsync(server, Mac));
        Assert.Equal(before, await ScriptAsync(server, Mac));
        await Eventually.TrueAsync(() => server.Log.Contains("file=profiles/talos.json", StringComparison.Ordinal), "the log names the profile");
        Assert.Single(
            server.Log.Split('\n'),
            line => line.Contains("stays in use", StringComparison.Ordinal) && line.Contains("file=groups/node1.json", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_file_that_is_being_written_is_not_read_until_it_is_closed()
    {
        await using var server = await BootServerUnderTest.StartAsync();
        Assert.Equal("n<1>&", await ScriptAsync(server, "/generic?p=html"));
        var path = Path.Combine(server.Data, "generic/html.tmpl");
        await using (var writer = new StreamWriter(path))
        {
            await writer.WriteAsync("half");
            await writer.FlushAsync(TestContext.Current.CancellationToken);
            Assert.Equal("n<1>&", await ScriptAsync(server, "/generic?p=html"));
        }

        Assert.Equal("half", await ScriptAsync(server, "/generic?p=html"));
    }

    [Fact]
    public async Task Rewriting_a_group_in_place_never_gives_a_wrong_answer()
    {
        await using var server = await BootServerUnderTest.StartAsync();
        var right = await ScriptAsync(server, Mac);
        var content = File.ReadAllText(Path.Combine(server.Data, "groups/node1.json"));
        using var stop = new CancellationTokenSource();
        var rewrites = 0;
        var writing = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    File.WriteAllText(Path.Combine(server.Data, "groups/node1.json"), content + new string(' ', rewrites++ % 7));
                }
            },
            TestContext.Current.CancellationToken
        );
        var wrong = 0;
        do
        {
            var polling = Enumerable.Range(0, 4).Select(_ => Task.Run(() => KeepAlive.CountOthersAsync(server.Address, Mac, right, requests: 5_000)));
            wrong += (await Task.WhenAll(polling)).Sum();
        } while (Volatile.Read(ref rewrites) <= 100);

        await stop.CancelAsync();
        await writing;
        Assert.Equal(0, wrong);
    }

    private static string Group(string id, string profile, int round) => $$"""{"id":"{{id}}","profile":"{{profile}}","selector":{"round":"{{round}}"} }""";

    private static async Task<string> ScriptAsync(BootServerUnderTest server, string target)
    {
        var answer = await server.GetAsync(target);
        Assert.Equal(200, answer.Status);
        return answer.Text;
    }
}
