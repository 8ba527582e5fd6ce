using System.Globalization;
using Lab.Emulation.Linux;
using Lab.Tests.Programs;

namespace Lab.Tests.Ec2;

/// <summary>An instance whose machine dies is not ready for ever.</summary>
[BootsMachines]
public sealed class DeathTests : IAsyncDisposable
{
    private readonly LabProgram _program = new();

    [Fact]
    public async Task An_instance_whose_machine_dies_is_stopped_and_starts_again()
    {
        var run = _program.Start("up", "--vpc", "--json", "--port", "0");
        var summary = await run.WaitForAsync(happened => (string?)happened["event"] == "summary");
        var id = (string)summary["nodes"]![0]!["name"]!;
        Assert.True((bool)summary["nodes"]![0]!["ready"]!, run.Transcript);

        Machine().Kill();
        var off = await run.WaitForAsync(happened => (string?)happened["event"] == "off" && (string?)happened["node"] == id);
        Assert.NotEqual(0, (int)off["exitCode"]!);
        var listed = Assert.Single((await _program.RunAsync("ps", "--json")).Events);
        Assert.NotEqual("ready", (string?)listed["status"]!["nodes"]![id]);

        var started = await _program.RunAsync("start", id);
        Assert.True(started.ExitCode == 0, started.Transcript);
        var again = 0;
        await run.WaitForAsync(happened => (string?)happened["stage"] == "ready" && (string?)happened["node"] == id && ++again == 2);
        Assert.True(Machine().IsAlive);
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    private ProcessIdentity Machine() =>
        Assert.Single(
            ProcessMark.Find(_program.Folders.Lab("lab")),
            process => File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Pid}/comm")).StartsWith("qemu", StringComparison.Ordinal)
        );
}
