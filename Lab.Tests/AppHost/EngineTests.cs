using CliWrap;
using CliWrap.Buffered;
using Lab.AppHost;
using Lab.Emulation.Host;

namespace Lab.Tests.AppHost;

/// <summary>The build chooses the host.</summary>
public sealed class EngineTests
{
    [Fact]
    public void An_embedded_build_needs_no_package_of_Aspires_and_an_aspire_build_has_them()
    {
        var dependencies = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Lab.AppHost.deps.json"));
        Assert.Equal(HostChoice.IsAspire, dependencies.Contains("Aspire.Hosting", StringComparison.Ordinal));
        if (!HostChoice.IsAspire)
        {
            Assert.DoesNotContain("LocalStack.Client", dependencies, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_first_line_says_which_host_runs_and_why()
    {
        await using var program = new LabProgram();
        var run = await program.RunAsync("--json", "--fault", "no-such-fault");
        var first = (string?)run.Events[0]["text"];
        Assert.StartsWith("Host: embedded, because ", first, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("embedded", null, "embedded")]
    [InlineData(null, "embedded", "embedded")]
    [InlineData("embedded", "aspire", "embedded")]
    public async Task The_command_line_comes_before_the_environment(string? property, string? variable, string expected)
    {
        var evaluated = await MsBuildAsync(property, variable, "-getProperty:LabEngine,BaseIntermediateOutputPath,BaseOutputPath", "-getItem:PackageReference");
        Assert.Contains($"\"LabEngine\": \"{expected}\"", evaluated, StringComparison.Ordinal);
        Assert.Contains($"\"obj/{expected}/\"", evaluated, StringComparison.Ordinal);
        Assert.Contains($"\"bin/{expected}/\"", evaluated, StringComparison.Ordinal);
        Assert.DoesNotContain("Aspire.", evaluated, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_value_is_refused_with_those_that_there_are()
    {
        var said = await MsBuildAsync("docker", null, "-t:CheckLabEngine");
        Assert.Contains("LabEngine is 'docker'; it can be aspire or embedded", said, StringComparison.Ordinal);
    }

    private static async Task<string> MsBuildAsync(string? property, string? variable, params string[] arguments)
    {
        var result = await Cli.Wrap(DotNet.Host)
            .WithArguments(["msbuild", Repository.PathOf("Lab.AppHost/Lab.AppHost.csproj"), "-nodeReuse:false", .. property is null ? [] : new[] { $"-p:LabEngine={property}" }, .. arguments])
            .WithEnvironmentVariables(environment => environment.Set("LAB_ENGINE", variable).Set("LabEngine", null))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        return result.StandardOutput + result.StandardError;
    }
}
