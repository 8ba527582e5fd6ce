using Lab.Tests.AppHost;

namespace Lab.Tests.AspireHost;

/// <summary>The program as an Aspire application, with Aspire's orchestrator, ended at several moments.</summary>
[Collection(VirtualMachines.Name)]
public sealed class AspireLifeTests
{
    [Theory]
    [InlineData("INT", "Host: aspire")]
    [InlineData("INT", "network namespaces")]
    [InlineData("TERM", "dnsmasq Healthy")]
    [InlineData("INT", "Login to the dashboard")]
    public async Task Interrupted_at_a_moment_it_takes_the_lab_down_and_shows_no_trace(string signal, string moment)
    {
        await using var program = new LabProgram();
        var run = program.Start();
        await run.WaitForLineAsync(moment);
        await run.SignalAsync(signal);
        await run.Ended;
        Assert.True(run.ExitCode == 130, run.Transcript);
        Assert.EndsWith("Interrupted; nothing of the lab is left running.", run.Transcript.TrimEnd(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Transcript, StringComparison.Ordinal);
        await program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_lab_under_Aspire_is_listed_and_ended_from_a_second_terminal()
    {
        await using var program = new LabProgram();
        var run = program.Start();
        await run.WaitForLineAsync("The lab is up.");
        Assert.Contains("running", (await program.RunAsync("ps")).Transcript, StringComparison.Ordinal);
        var down = await program.RunAsync("down");
        await run.Ended;
        Assert.True(down.ExitCode == 0, down.Transcript);
        await program.NothingIsLeftAsync();
    }
}
