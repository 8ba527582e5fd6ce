using Lab.Emulation.Machines;

namespace Lab.UnitTests.Emulation;

/// <summary>What machines send of their logs.</summary>
public sealed class KernelLogLineTests
{
    [Theory]
    [InlineData(
        """{"clock":6252819,"facility":"user","msg":"[talos] task startAllServices (1/1): waiting for 6 services\n","priority":"warning","seq":711,"talos-level":"warn","talos-time":"2021-11-26T16:53:21.3258698Z"}""",
        "[    6.252819] [talos] task startAllServices (1/1): waiting for 6 services"
    )]
    [InlineData(
        """{"msg":"service started","talos-level":"info","talos-service":"machined","talos-time":"2021-11-26T16:53:21Z"}""",
        "machined: service started"
    )]
    [InlineData("""{"msg":"\u001b[31mred\u001b[0m\r\n"}""", "red")]
    [InlineData("6,416,1758426,-,caller=T1;Linux version 6.1.0", "[    1.758426] Linux version 6.1.0")]
    [InlineData("[    1.758426] plain netconsole", "[    1.758426] plain netconsole")]
    [InlineData("""{"msg":""", """{"msg":""")]
    [InlineData("""{"clock":"x","msg":7}""", """{"clock":"x","msg":7}""")]
    [InlineData("[]", "[]")]
    [InlineData("", "")]
    public void A_line_is_read_as_its_console_would_show_it(string sent, string line) => Assert.Equal(line, KernelLogLine.Of(sent));

    [Theory]
    [InlineData("PXE-E16: No valid offer received.")]
    [InlineData("UEFI firmware (version )")]
    [InlineData("[    1.000000] eth0: link is up")]
    public void What_Linux_cannot_tell_is_not_believed(string line) => Assert.Null(KernelLogLine.Read(line));

    [Theory]
    [InlineData("[    0.000000] Linux version 6.12.1-talos", BootStage.Linux)]
    [InlineData("[    1.000000] Run /init as init process", BootStage.Userspace)]
    [InlineData("[    1.100000] [talos] initialize", BootStage.Userspace)]
    [InlineData("[    1.200000] lab-node: stage=images caches=5", BootStage.Images)]
    public void Stages_are_found_in_it(string line, BootStage stage)
    {
        var seen = KernelLogLine.Read(line)!;
        Assert.Equal(
            (stage, ObservationKind.Reached, "kernel-log", line.Contains("lab-node", StringComparison.Ordinal) ? line[15..] : line),
            (seen.Stage, seen.Kind, seen.Source, seen.Text)
        );
    }
}
