using Lab.Emulation.Linux;
using Lab.Tests.Programs;

namespace Lab.Tests.Ec2;

/// <summary>A rehearsal that dies leaves nothing: what it made is taken away by <c>down</c> or by the next start.</summary>
[BootsMachines]
public sealed class LifeTests : IAsyncDisposable
{
    private readonly LabProgram _program = new();

    [Theory]
    [InlineData("Lab lab as a VPC")]
    [InlineData("Applied to the emulator")]
    [InlineData("Group tf-asg launches")]
    [InlineData("lab.sh has ended well")]
    public async Task Killed_while_it_is_being_set_up_down_leaves_nothing(string said)
    {
        var run = await KilledAsync(text => text?.Contains(said, StringComparison.Ordinal) == true, "text");
        var down = await _program.RunAsync("down");
        Assert.True(down.ExitCode == 0, $"{down.Transcript}\n{run.Transcript}");
        await _program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task Killed_while_a_node_boots_the_next_start_removes_what_was_left_and_boots()
    {
        await KilledAsync(stage => stage == "kernel", "stage");
        Assert.NotEmpty(ProcessMark.Find(_program.Folders.Lab("lab")));

        var run = await _program.RunAsync("up", "--vpc", "--once", "--json");
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Contains(run.Of("message"), message => ((string?)message["text"])!.StartsWith("Removed what an earlier run had left", StringComparison.Ordinal));
        await _program.NothingIsLeftAsync();
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Interrupted_while_a_node_boots_it_takes_everything_down(string signal)
    {
        var run = _program.Start("up", "--vpc", "--once", "--json");
        await run.WaitForAsync(happened => (string?)happened["stage"] == "user-data");
        await run.SignalAsync(signal);
        await run.Ended;
        Assert.True(run.ExitCode == 130, run.Transcript);
        await _program.NothingIsLeftAsync();
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    private async Task<ProgramRun> KilledAsync(Func<string?, bool> isMoment, string key)
    {
        var run = _program.Start("up", "--vpc", "--json", "--port", "0");
        await run.WaitForAsync(happened => isMoment((string?)happened[key]));
        await run.KillWithGuardianAsync();
        return run;
    }
}
