using Lab.Tests.AppHost;

namespace Lab.Tests.AspireHost;

public sealed class NothingToPublishTests
{
    [Fact]
    public async Task Without_the_compose_package_publishing_says_what_writes_the_file()
    {
        await using var program = new LabProgram();
        var run = await program.RunAsync("--operation", "publish", "--step", "publish", "--output-path", program.Folder.Path);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Lab.Deployer -- render DIR", run.Transcript, StringComparison.Ordinal);
    }
}
