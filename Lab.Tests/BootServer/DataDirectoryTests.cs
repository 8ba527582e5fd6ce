using System.Diagnostics;
using Lab.BootServer.Data;
using Lab.BootServer.Logging;

namespace Lab.Tests.BootServer;

/// <summary>The data directory where nobody reports changes.</summary>
public sealed class DataDirectoryTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("lab-boot-").FullName;

    [Fact]
    public async Task Without_a_watch_new_groups_profiles_and_templates_are_seen_all_the_same()
    {
        await using var log = new LogrusLog(LogrusLevel.Info, TextWriter.Null, TimeProvider.System);
        using var data = new DataDirectory(_root, log, TimeProvider.System, watch: false);
        Assert.Equal(0, data.Groups.Count);
        Write("groups/a.json", """{"profile":"p"}""");
        Write("profiles/p.json", """{"id":"p","generic_id":"t"}""");
        Write("generic/t", "one");
        Assert.Equal("p", data.Groups.Select(new Dictionary<string, string>())?.Profile);
        Assert.Equal("t", data.Profile("p")?.GenericId);
        Assert.Equal("one", data.Template("generic", "t")?.Render(null, TestContext.Current.CancellationToken));
        Write("generic/t", "other");
        Assert.Equal("other", data.Template("generic", "t")?.Render(null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Without_a_watch_a_group_that_is_rewritten_is_seen_before_long()
    {
        await using var log = new LogrusLog(LogrusLevel.Info, TextWriter.Null, TimeProvider.System);
        Write("groups/a.json", """{"profile":"p"}""");
        using var data = new DataDirectory(_root, log, TimeProvider.System, watch: false);
        Assert.Equal("p", data.Groups.Select(new Dictionary<string, string>())?.Profile);
        Write("groups/a.json", """{"profile":"other"}""");
        await Eventually.TrueAsync(() => data.Groups.Select(new Dictionary<string, string>())?.Profile == "other", "the new version is in use");
    }

    [Fact]
    public async Task A_look_at_everything_finds_what_no_event_has_told()
    {
        await using var log = new LogrusLog(LogrusLevel.Info, TextWriter.Null, TimeProvider.System);
        Write("real/a.json", """{"profile":"p"}""");
        Directory.CreateSymbolicLink(Path.Combine(_root, "groups"), Path.Combine(_root, "real"));
        using var data = new DataDirectory(_root, log, TimeProvider.System);
        Assert.Equal(1, data.Groups.Count);
        Write("groups/b.json", """{"profile":"q","selector":{"x":"y"}}""");
        data.Revalidate();
        Assert.Equal(2, data.Groups.Count);
    }

    [Fact]
    public async Task A_change_is_seen_at_once_also_while_others_read_what_changes()
    {
        await using var log = new LogrusLog(LogrusLevel.Info, TextWriter.Null, TimeProvider.System);
        Write("groups/a.json", """{"profile":"0"}""");
        using var data = new DataDirectory(_root, log, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var others = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    Write("generic/t", "text");
                    data.Template("generic", "t");
                }
            },
            TestContext.Current.CancellationToken
        );

        // A child process has this one's files open until it begins its own program: closing them is reported that much later.
        var children = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    using var child = Process.Start("true");
                    child.WaitForExit();
                }
            },
            TestContext.Current.CancellationToken
        );
        for (var round = 0; round < 5_000; round++)
        {
            Write("next.json", $$"""{"profile":"{{round}}"}""");
            File.Move(Path.Combine(_root, "next.json"), Path.Combine(_root, "groups/a.json"), overwrite: true);
            Assert.Equal(round.ToString(), data.Groups.Select(new Dictionary<string, string>())?.Profile);
        }

        await stop.CancelAsync();
        await Task.WhenAll(others, children);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Write(string path, string content)
    {
        var full = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
    }
}
