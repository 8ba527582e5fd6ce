using Lab.Bench.Chaos;

namespace Lab.Tests.Programs;

/// <summary>A few of the bad days of <c>bench/Lab.Bench -- chaos</c>, which has them all (docs/reference/reliability.md).</summary>
[Collection(VirtualMachines.Name)]
public sealed class BadDayTests
{
    [Theory]
    [InlineData("state folder deleted while running", 2)]
    [InlineData("two downs at once", 1)]
    [InlineData("XDG paths with spaces and umlauts", 1)]
    [InlineData("lab name of 64 characters", 1)]
    public async Task Nothing_is_left_and_nothing_unclear_is_printed(string day, int seed)
    {
        var round = await ChaosBench.RunAsync(BadDay.Others.Single(kind => kind.Name == day), seed);
        Assert.True(round.Survived && round.Left.Count == 0, round.Verdict);
    }

    [Fact]
    public async Task Too_few_file_descriptors_are_named()
    {
        await using var program = new LabProgram { Prefix = ["prlimit", "--nofile=100:100"] };
        var run = await program.RunAsync("up", "--once");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("This program may have 100 files open; it needs 512 or more. Raise the limit first: ulimit -n 1024", run.Errors);
    }

    [Fact]
    public void Every_bad_day_has_a_seed()
    {
        Assert.All(BadDay.Kills.Concat(BadDay.Others), day => Assert.Contains(Enumerable.Range(1, 3 * BadDay.Others.Count), seed => BadDay.Of(seed) == day));
    }
}
