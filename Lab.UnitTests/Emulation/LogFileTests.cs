using Lab.Emulation.Linux;

namespace Lab.UnitTests.Emulation;

/// <summary>The last lines of a log.</summary>
public sealed class LogFileTests
{
    [Fact]
    public void Lines_after_a_number_are_those_that_came_since()
    {
        using var folder = new TemporaryFolder();
        using var log = new LogFile(Path.Combine(folder.Path, "log"));
        Assert.Equal(0, log.LastNumber);
        log.Write("an earlier boot");
        var before = log.LastNumber;
        log.Write("one");
        log.Write("two");

        Assert.Equal(["one", "two"], log.Last(10, after: before));
        Assert.Equal(["two"], log.Last(1, after: before));
        Assert.Equal(["an earlier boot", "one", "two"], log.Last(10));
    }
}
