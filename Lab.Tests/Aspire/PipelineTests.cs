using CliWrap;
using Lab.Emulation.Linux;
using Lab.Hosting;
using Lab.Model.Definition;
using Lab.Tests.Deployer;
using Lab.Tests.Programs;
using Microsoft.Extensions.Configuration;

namespace Lab.Tests.Aspire;

public sealed class PipelineTests(Moto moto) : IClassFixture<Moto>
{
    [Fact]
    public async Task A_lab_over_budget_is_refused_with_the_deployers_exit_code()
    {
        await using var program = new LabProgram { Assembly = "Lab.AppHost.dll" };
        program.Folder.File("lab.yaml", "network: { egress: nat-gateway }\nbastion: { create: true }");
        var run = await StepAsync(program, "deploy", "--endpoint", moto.Endpoint.ToString());
        Assert.True(run.ExitCode == 3, run.Transcript);
        Assert.Contains("Refused: over budget", run.Transcript, StringComparison.Ordinal);
        Assert.Equal("Step 'deploy-lab' failed: lab-deploy apply ended with exit code 3.", run.Errors.Trim());
        Assert.DoesNotContain("   at ", run.Transcript, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_the_definition_is_the_steps_failure()
    {
        await using var program = new LabProgram { Assembly = "Lab.AppHost.dll" };
        program.Folder.File("lab.yaml", "nodes: 3");
        var run = await StepAsync(program, "deploy");
        Assert.True(run.ExitCode == 1, run.Transcript);
        Assert.Contains("lab.yaml", run.Transcript, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_that_there_is_not_fails()
    {
        await using var program = new LabProgram { Assembly = "Lab.AppHost.dll" };
        var run = await StepAsync(program, "lab-destroy");
        Assert.True(run.ExitCode == 1, run.Transcript);
    }

    [Fact]
    public async Task A_deployed_lab_is_deployed_again_without_a_write()
    {
        await moto.ResetAsync();
        await using var program = new LabProgram { Assembly = "Lab.AppHost.dll" };
        program.Folder.File("lab.yaml", "network: { egress: none }\nbastion: { create: true }");
        var first = await StepAsync(program, "deploy", "--endpoint", moto.Endpoint.ToString(), "--date", LabDeploy.Day);
        Assert.True(first.ExitCode == 0, first.Transcript);
        var again = await StepAsync(program, "deploy", "--endpoint", moto.Endpoint.ToString(), "--date", LabDeploy.Day);
        Assert.True(again.ExitCode == 0 && again.Transcript.Contains("0 writes", StringComparison.Ordinal), again.Transcript);
    }

    [Fact]
    public void Options_are_handed_to_the_deployer()
    {
        var given = new ConfigurationBuilder()
            .AddCommandLine(["--operation", "publish", "--target", "aws", "--file", "x.yaml", "--over-budget", "true"])
            .Build();
        var lab = new LabResource("lab", new LabDefinition { Name = "north" }) { File = "x.yaml" };
        Assert.Equal(["apply", "--yes", "--target", "aws", "--file", "x.yaml", "--name", "north", "--over-budget"], LabPipeline.Deploy(lab, given));
        Assert.Equal(["destroy", "--yes", "--target", "aws", "--file", "x.yaml", "--name", "north"], LabPipeline.Destroy(lab, given));
    }

    [Fact]
    public async Task A_lab_is_deployed_and_destroyed_by_its_name_in_the_application_and_the_step_says_what_it_did()
    {
        await moto.ResetAsync();
        await using var program = new LabProgram { Assembly = "Lab.AppHost.dll" };
        program.Folder.File("lab.yaml", "name: gone\nnetwork: { egress: none }\nbastion: { create: true }");
        var made = await StepAsync(program, "deploy", "--name", "north", "--nodes", "2", "--endpoint", moto.Endpoint.ToString(), "--date", LabDeploy.Day);
        Assert.True(made.ExitCode == 0, made.Transcript);
        Assert.Contains("lab-deploy goes by the file", made.Transcript, StringComparison.Ordinal);
        var other = await StepAsync(program, "destroy", "--endpoint", moto.Endpoint.ToString());
        Assert.True(other.ExitCode == 0 && other.Transcript.Contains("nothing", StringComparison.OrdinalIgnoreCase), other.Transcript);
        var gone = await StepAsync(program, "destroy", "--name", "north", "--endpoint", moto.Endpoint.ToString());
        Assert.True(gone.ExitCode == 0, gone.Transcript);
        Assert.DoesNotContain("nothing", gone.Transcript, StringComparison.OrdinalIgnoreCase);
        var again = await StepAsync(program, "destroy", "--name", "north", "--endpoint", moto.Endpoint.ToString());
        Assert.True(again.ExitCode == 0 && again.Transcript.Contains("nothing", StringComparison.OrdinalIgnoreCase), again.Transcript);
    }

    [Fact]
    public async Task Publishing_writes_what_render_writes()
    {
        await using var program = new LabProgram { Assembly = "Lab.AppHost.dll" };
        program.Folder.File("lab.yaml", "name: files");
        var output = Path.Combine(program.Folder.Path, "out");
        var run = await program.RunAsync("--operation", "publish", "--step", "publish", "--output-path", output);
        Assert.True(run.ExitCode == 0, run.Transcript);
        var rendered = await Cli.Wrap(DotNet.Host)
            .WithArguments([Path.Combine(AppContext.BaseDirectory, "lab-deploy.dll"), "render", "rendered"])
            .WithWorkingDirectory(program.Folder.Path)
            .ExecuteAsync(TestContext.Current.CancellationToken);
        Assert.True(rendered.IsSuccess);
        var expected = Files(Path.Combine(program.Folder.Path, "rendered"));
        Assert.NotEmpty(expected);
        Assert.Equal(expected, Files(Directory.GetDirectories(output) is [var only] ? only : output));
    }

    private static Dictionary<string, string> Files(string folder) =>
        Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .ToDictionary(file => Path.GetRelativePath(folder, file), File.ReadAllText);

    private static Task<ProgramRun> StepAsync(LabProgram program, string step, params string[] options) =>
        program.RunAsync(["--operation", "publish", "--step", step, .. options]);
}
