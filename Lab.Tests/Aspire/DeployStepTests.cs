using Lab.AppHost.AspireHost;
using Lab.Tests.AppHost;
using Lab.Tests.Deployer;
using Microsoft.Extensions.Configuration;

namespace Lab.Tests.AspireHost;

public sealed class DeployStepTests(Moto moto) : IClassFixture<Moto>
{
    [Fact]
    public async Task A_lab_over_budget_is_refused_with_the_deployers_exit_code()
    {
        await using var program = new LabProgram();
        program.Folder.File("lab.yaml", "network: { egress: nat-gateway }\nbastion: { create: true }");
        var run = await StepAsync(program, "lab-deploy", "--endpoint", moto.Endpoint.ToString());
        Assert.True(run.ExitCode == 3, run.Transcript);
        Assert.Contains("Refused: over budget", run.Transcript, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_the_definition_is_the_steps_failure()
    {
        await using var program = new LabProgram();
        program.Folder.File("lab.yaml", "nodes: 3");
        var run = await StepAsync(program, "lab-deploy");
        Assert.True(run.ExitCode == 1, run.Transcript);
        Assert.Contains("lab.yaml", run.Transcript, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_that_there_is_not_fails()
    {
        await using var program = new LabProgram();
        var run = await StepAsync(program, "lab-destroy");
        Assert.True(run.ExitCode == 1, run.Transcript);
    }

    [Fact]
    public async Task A_deployed_lab_is_deployed_again_without_a_write()
    {
        await using var program = new LabProgram();
        program.Folder.File("lab.yaml", "network: { egress: none }\nbastion: { create: true }");
        var first = await StepAsync(program, "lab-deploy", "--endpoint", moto.Endpoint.ToString(), "--date", LabDeploy.Day);
        Assert.True(first.ExitCode == 0, first.Transcript);
        var again = await StepAsync(program, "lab-deploy", "--endpoint", moto.Endpoint.ToString(), "--date", LabDeploy.Day);
        Assert.True(again.ExitCode == 0 && again.Transcript.Contains("0 writes", StringComparison.Ordinal), again.Transcript);
    }

    [Fact]
    public void Options_are_handed_to_the_deployer()
    {
        var given = new ConfigurationBuilder().AddCommandLine(["--operation", "publish", "--target", "aws", "--file", "x.yaml", "--over-budget", "true"]).Build();
        Assert.Equal(["apply", "--yes", "--target", "aws", "--file", "x.yaml", "--over-budget"], DeployStep.Arguments(given));
    }

    private static Task<RunningLab> StepAsync(LabProgram program, string step, params string[] options) =>
        program.RunAsync(["--operation", "publish", "--step", step, .. options]);
}
