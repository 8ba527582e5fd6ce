using Lab.Tests.Programs;

namespace Lab.Tests.Aspire;

/// <summary>The program as an Aspire application, with Aspire's orchestrator, ended at several moments.</summary>
[Collection(VirtualMachines.Name)]
public sealed class AspireLifeTests
{
    [Theory]
    [InlineData("INT", "Application host directory", false)]
    [InlineData("INT", "network namespaces")]
    [InlineData("TERM", "dnsmasq Healthy")]
    [InlineData("INT", "Login to the dashboard")]
    public async Task Interrupted_at_a_moment_it_takes_the_lab_down_and_shows_no_trace(string signal, string moment, bool hasBegun = true)
    {
        await using var program = new LabProgram { Assembly = "Lab.AppHost.dll" };
        var run = program.Start();
        await run.WaitForLineAsync(moment);
        await run.SignalAsync(signal);
        await run.Ended;
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.True(!hasBegun || run.Transcript.Contains("is down; nothing of it is left running.", StringComparison.Ordinal), run.Transcript);
        Assert.False(run.Transcript.Contains("   at ", StringComparison.Ordinal), run.Transcript);
        await program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_lab_under_Aspire_is_listed_and_ended_from_a_second_terminal()
    {
        await using var program = new LabProgram { Assembly = "Lab.AppHost.dll" };
        var run = program.Start();
        await run.WaitForLineAsync("The lab is up.");
        Assert.Contains("running", (await program.LabAsync("ps")).Transcript, StringComparison.Ordinal);
        var down = await program.LabAsync("down");
        await run.Ended;
        Assert.True(down.ExitCode == 0, down.Transcript);
        await program.NothingIsLeftAsync();
    }

    [Fact]
    public async Task Killed_it_leaves_nothing_of_the_lab()
    {
        await using var program = new LabProgram { Assembly = "Lab.AppHost.dll" };
        var run = program.Start("--port", "0");
        await run.WaitForLineAsync("cp1: dhcp");
        await run.SignalAsync("KILL");
        await run.Ended;
        await program.NothingIsLeftSoonAsync();
    }

    [Fact]
    public async Task An_orchestrator_that_does_not_start_is_a_sentence_and_nothing_is_left()
    {
        await using var program = new LabProgram { Assembly = "Lab.AppHost.dll" };
        program.Environment["DcpPublisher__CliPath"] = "/bin/false";
        var run = program.Start("--port", "0");
        await run.Ended;
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Aspire could not start the application: ", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Transcript, StringComparison.Ordinal);
        await program.NothingIsLeftAsync();
    }

    [Theory]
    [InlineData("dotnet run --project Lab.Cli -- ps", "ps")]
    [InlineData("dotnet run --project Lab.Cli -- up --once --json", "--once", "--json")]
    [InlineData("There is no option --node. Did you mean --nodes?", "--node", "3")]
    [InlineData("--nodes takes a value.", "--nodes")]
    [InlineData("--file takes a value.", "--file", "")]
    [InlineData("--file takes a value.", "--file=")]
    [InlineData("There is no option -f.", "-f", "other.yaml")]
    public async Task What_is_the_program_labs_or_wrong_is_answered_with_what_to_do(string answer, params string[] arguments)
    {
        await using var program = new LabProgram { Assembly = "Lab.AppHost.dll" };
        var run = await program.RunAsync(arguments);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(answer, run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--file", "nothing.yaml", "Cannot read the lab file nothing.yaml")]
    [InlineData("--image", "nowhere", "--image: there is no folder nowhere")]
    [InlineData("--fault", "fire", "--fault: there is no fault 'fire'")]
    public async Task A_wrong_value_is_a_sentence_and_ends_the_application(string option, string value, string message)
    {
        await using var program = new LabProgram { Assembly = "Lab.AppHost.dll" };
        var run = await program.RunAsync(option, value);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(message, run.Transcript, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Transcript, StringComparison.Ordinal);
    }
}
