using Lab.Deployment.Verification;
using Lab.Emulation.Linux;

namespace Lab.Tests.Deployer;

public sealed class RunningLabFolderTests
{
    [Fact]
    public void What_a_lab_told_about_itself_holds_as_long_as_the_program_that_runs_it_lives()
    {
        using var folder = new TemporaryFolder();
        var lab = new LabFolders(folder.Path, folder.Path).Lab("lab");
        Assert.Null(RunningLab.FindIn(lab.Root));
        Directory.CreateDirectory(lab.Run);
        File.WriteAllText(Path.Combine(lab.Run, "status.json"), """{"services":{"aws":{"state":"Healthy","url":"http://127.0.0.1:4566"}}}""");
        using (var held = LabLock.TryTake(lab))
        {
            Assert.NotNull(held);
            Assert.Equal("http://127.0.0.1:4566", RunningLab.FindIn(lab.Root)?.Emulator);
        }

        Assert.Null(RunningLab.FindIn(lab.Root));
    }
}
