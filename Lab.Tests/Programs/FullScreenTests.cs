using LabCli.Terminal.FullScreen;

namespace Lab.Tests.Programs;

/// <summary><c>lab up</c> on a terminal: full-screen, and plain.</summary>
public sealed class FullScreenTests : IAsyncDisposable
{
    private readonly LabProgram _program = new();

    [Fact]
    public async Task A_lab_boots_in_lanes_its_logs_are_a_key_away_and_a_console_takes_keys_here_and_in_another_terminal()
    {
        await using var terminal = await Tmux.StartAsync(_program, 80, 24, "up", "--tui", "--nodes", "2", "--port", "0");

        await terminal.WaitForAsync("waits for");
        await terminal.WaitForAsync("2 of 2 nodes ready");
        await terminal.WaitForAsync("services healthy");
        var ready = await terminal.WaitForAsync("lab-node: serving tcp=50000");
        Assert.StartsWith("2 of 2 nodes ready", ready);
        Assert.All(ready.Split('\n'), line => Assert.True(line.Length <= 80, line));
        Assert.Contains("▸✓ cp1                  ready after #.## s", Tmux.Masked(ready));
        Assert.Contains(" ✓ cp2                  ready after #.## s", Tmux.Masked(ready));
        Assert.Contains("── Log of cp1, ", ready);

        await using (var second = await Tmux.StartAsync(_program, 80, 24, "console", "cp2"))
        {
            await second.WaitForAsync("lab-node: serving tcp=50000");
            await second.TypeAsync("C-]");
            await second.WaitForAsync("ended with 0: icanon");
        }

        await terminal.TypeAsync("c");
        await terminal.WaitForAsync(screen => screen.Contains("lab-node: serving tcp=50000") && !screen.Contains("── Log of"));
        Assert.False(await terminal.IsFullScreenAsync());
        await terminal.TypeAsync("C-]");
        await terminal.WaitForAsync("▸✓ cp1");
        Assert.True(await terminal.IsFullScreenAsync());
        await terminal.TypeAsync("j");
        await terminal.WaitForAsync("── Log of cp2, ");
        await terminal.TypeAsync("/");
        await terminal.TypeAsync("-l", "dnsm");
        await terminal.WaitForAsync(screen => screen.Contains("▸✓ dnsmasq") && !screen.Contains("cp1   ") && screen.Contains("/dnsm"));
        await terminal.TypeAsync("Enter");
        await terminal.TypeAsync("l");
        await terminal.WaitForAsync("Esc back");
        await terminal.TypeAsync("g");
        await terminal.WaitForAsync(screen => screen.Contains("scrolled back") && screen.Contains("started, version"));
        await terminal.TypeAsync("G");
        await terminal.WaitForAsync(screen => !screen.Contains("scrolled back"));
        await terminal.TypeAsync("/");
        await terminal.TypeAsync("-l", "started, version");
        await terminal.WaitForAsync("── Log of dnsmasq, 1 match ");
        await terminal.TypeAsync("Escape");
        await terminal.WaitForAsync("G end");
        await terminal.TypeAsync("Escape");
        await terminal.WaitForAsync("▸✓ dnsmasq");
        await terminal.TypeAsync("?");
        await terminal.WaitForAsync("power-cycle a node");
        await terminal.TypeAsync("x");

        await terminal.ResizeAsync(120, 40);
        await terminal.WaitForAsync(screen => screen.Split('\n')[38].StartsWith("The lab is up."));
        await terminal.ResizeAsync(160, 40);
        await terminal.WaitForAsync(screen => screen.Contains("Dashboard: http://") && screen.Contains("/login?t="));

        await terminal.TypeAsync("r");
        await terminal.WaitForAsync("Restart of dnsmasq: done.");
        await terminal.TypeAsync("q");
        await terminal.WaitForAsync("Take the lab down? y/n");
        await terminal.TypeAsync("n");
        await terminal.WaitForAsync("q quit");
        Assert.True(await terminal.IsFullScreenAsync());

        await terminal.TypeAsync("q");
        await terminal.TypeAsync("y");
        await terminal.WaitForAsync("ended with 0: icanon");
        Assert.False(await terminal.IsFullScreenAsync());
        Assert.Contains("2 of 2 nodes ready after #.## s.", Tmux.Masked(await terminal.HistoryAsync()));
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task What_has_failed_is_on_top_with_its_cause_and_stays_below_the_screen_at_the_end()
    {
        await using var terminal = await Tmux.StartAsync(_program, 120, 40, "up", "--tui", "--nodes", "2", "--port", "0", "--fault", "wrong-mac");

        var failed = await terminal.WaitForAsync("2 failed");
        Assert.StartsWith("0 of 2 nodes ready, 2 failed", failed);
        Assert.Contains("▸! cp1                  stopped at script after #.## s", Tmux.Masked(failed));
        Assert.Contains("The boot server has no group for MAC", failed);
        Assert.Contains("×", failed);

        await terminal.TypeAsync("C-c");
        await terminal.WaitForAsync("ended with 1: icanon");
        var history = await terminal.HistoryAsync();
        Assert.Contains("  Likely cause: The boot server has no group for MAC", history);
        Assert.Contains("0 of 2 nodes ready after", history);
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task The_plain_view_begins_with_the_lab_at_once()
    {
        await using var terminal = await Tmux.StartAsync(_program, 80, 24, "up", "--port", "0", "--once");

        Assert.StartsWith("Lab lab: 1 node, a home network on this machine.\n", await terminal.WaitForAsync(screen => screen.Trim().Length > 0));
        await terminal.WaitForAsync("ended with 0");
    }

    [Fact]
    public async Task Without_a_terminal_it_is_one_sentence()
    {
        var run = await _program.RunAsync("up", "--tui");

        Assert.Equal(2, run.ExitCode);
        Assert.Equal("--tui needs a terminal, and there is none here. Leave it out: dotnet run --project Lab.Cli -- up", run.Transcript.Trim());
    }

    [Theory]
    [InlineData("one two three", 9, "one two|three")]
    [InlineData("0123456789", 4, "0123|4567|89")]
    [InlineData("a 0123456789", 6, "a 0123|456789")]
    [InlineData("short", 80, "short")]
    [InlineData("", 80, "")]
    public void A_long_line_is_broken_at_a_space_or_where_it_is_full(string text, int width, string lines) =>
        Assert.Equal(lines, string.Join('|', WrappedText.Of(text, width)));

    public ValueTask DisposeAsync() => _program.DisposeAsync();
}
