using Lab.Dashboard.Looks;

namespace Lab.UnitTests.Dashboard;

public sealed class LogTextTests
{
    [Fact]
    public void Colours_of_a_terminal_become_looks_and_other_sequences_go()
    {
        var runs = AnsiText.Runs("\e[2J\e[01;32mOK\e[0m start\e]0;title\a \e[91merror\e[39m.");

        Assert.Equal([("OK", "ansi-2 ansi-bold"), (" start", ""), (" ", ""), ("error", "ansi-1"), (".", "")], runs.Select(run => (run.Text, run.Look)));
        Assert.Equal("OK start error.", AnsiText.Plain("\e[2J\e[01;32mOK\e[0m start\e]0;title\a \e[91merror\e[39m."));
    }

    [Theory]
    [InlineData("\e[")]
    [InlineData("\e[999999999999m text")]
    [InlineData("\e]0;never ends")]
    [InlineData("\e")]
    public void A_broken_sequence_breaks_nothing(string line) => Assert.NotNull(AnsiText.Runs(line));

    [Fact]
    public void What_is_searched_for_stands_alone_in_any_case()
    {
        var found = Highlights.Of(AnsiText.Runs("DHCPACK for dhcp"), "dhcp").ToList();

        Assert.Equal([("DHCP", true), ("ACK for ", false), ("dhcp", true)], found.Select(piece => (piece.Run.Text, piece.IsMatch)));
    }

    [Fact]
    public void A_search_holds_for_lines_that_come_later()
    {
        var lines = new LogLines();
        Add(lines, 1, "one", "two");
        lines.Search("TW", onlyMatches: true);
        Add(lines, 3, "three", "twelve");

        Assert.Equal(["two", "twelve"], lines.Shown.Select(line => line.Text));
        Assert.Equal((4, 2), (lines.Total, lines.Matches));
        lines.Search("tw", onlyMatches: false);
        Assert.Equal(4, lines.Shown.Count);
    }

    [Fact]
    public void A_log_that_never_ends_keeps_its_last_lines()
    {
        var lines = new LogLines();
        for (var number = 1; number <= LogLines.Limit + 1; number++)
        {
            lines.Add(new LogLine(number, DateTimeOffset.UnixEpoch, "line"));
        }

        Assert.True(lines.Take());
        Assert.InRange(lines.Total, LogLines.Limit / 2, LogLines.Limit);
        Assert.Equal(LogLines.Limit + 1, lines.Shown[^1].Number);
    }

    private static void Add(LogLines lines, int first, params string[] texts)
    {
        for (var i = 0; i < texts.Length; i++)
        {
            lines.Add(new LogLine(first + i, DateTimeOffset.UnixEpoch, texts[i]));
        }

        Assert.True(lines.Take());
    }
}
