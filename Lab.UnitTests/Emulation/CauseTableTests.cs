using Lab.Emulation.Machines;
using Lab.Model.Definition;
using Lab.Model.Running;

namespace Lab.UnitTests.Emulation;

/// <summary>Causes from what real programs wrote: iPXE 1.21.1, Linux 6.1, Lab's boot server.</summary>
public sealed class CauseTableTests
{
    private static readonly LabDefinition Lab = new();

    [Theory]
    [InlineData("/assets/talos/initramfs.xz... No space left on device (https://ipxe.org/3418208b)", "iPXE has no room in the machine's memory")]
    [InlineData("http://10.20.13.140:8080/boot.ipxe... Connection timed out (https://ipxe.org/4c0a6092)", "Nothing answered iPXE")]
    [InlineData("http://10.20.13.140:8080/boot.ipxe... Connection reset (https://ipxe.org/0f0a6095)", "The server that iPXE asked closed the connection")]
    [InlineData("Could not boot: Exec format error (https://ipxe.org/2e008081)", "iPXE was sent something that is neither a program nor a script")]
    [InlineData("http://169.254.169.254/latest/user-data... Permission denied (https://ipxe.org/02218c8e)", "The server that iPXE asked refused it")]
    public void An_error_of_iPXE_is_told_by_its_number(string line, string cause)
    {
        var timeline = new BootTimeline();
        See(timeline, BootStage.Script, 1);
        See(timeline, BootStage.Kernel, 1);
        timeline.Add(ConsoleReader.Read(line, 5)!, TimeSpan.FromSeconds(2));
        var diagnosis = Of(timeline);
        Assert.StartsWith(cause, diagnosis.Cause);
        Assert.NotEmpty(diagnosis.Remedy);
        Assert.Equal($"console: {line}", diagnosis.Evidence[0]);
    }

    [Theory]
    [InlineData("  PXE-E18: Server response timeout.", "The TFTP server stopped answering the firmware")]
    [InlineData("  PXE-E22: Client received ICMP error from server.", "Nothing listens for TFTP")]
    [InlineData("  PXE-E12: Could not detect network connection.", "The machine's network card has no link.")]
    [InlineData("  PXE-E09: Could not allocate I/O buffers.", "The firmware has no room in the machine's memory")]
    public void What_the_firmware_says_of_its_download_is_the_cause_once_there_is_a_lease(string line, string cause)
    {
        foreach (var lastStage in new[] { BootStage.Dhcp, BootStage.Tftp })
        {
            var timeline = new BootTimeline();
            for (var stage = BootStage.Firmware; stage <= lastStage; stage++)
            {
                See(timeline, stage, 1);
            }

            timeline.Add(ConsoleReader.Read(line, 5)!, TimeSpan.FromSeconds(2));
            var diagnosis = Of(timeline);
            Assert.StartsWith(cause, diagnosis.Cause);
            Assert.NotEmpty(diagnosis.Remedy);
            Assert.Equal($"console: {line}", diagnosis.Evidence[0]);
        }

        var without = new BootTimeline();
        See(without, BootStage.Firmware, 1);
        without.Add(ConsoleReader.Read(line, 5)!, TimeSpan.FromSeconds(2));
        Assert.StartsWith("No lease for the machine", Of(without).Cause);
    }

    [Theory]
    [InlineData(
        "The machine has not memory enough for the initramfs once it is unpacked",
        "[    5.035518] Initramfs unpacking failed: write error",
        "[    5.251482] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)"
    )]
    [InlineData(
        "Linux cannot unpack the initramfs",
        "[    0.427717] Initramfs unpacking failed: invalid magic at start of compressed archive",
        "[    0.702107] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)"
    )]
    [InlineData("Linux found no init in the initramfs", "[    1.136222] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)")]
    [InlineData(
        "The init of the initramfs is a program for another architecture than the kernel's",
        "[    1.476254] Failed to execute /init (error -8)",
        "[    1.483511] Kernel panic - not syncing: No working init found.  Try passing init= option to kernel. See Linux Documentation/admin-guide/init.rst for guidance."
    )]
    [InlineData(
        "The init of the initramfs needs a program",
        "[    1.476254] Failed to execute /init (error -2)",
        "[    1.483511] Kernel panic - not syncing: No working init found.  Try passing init= option to kernel."
    )]
    [InlineData("The image's init has ended", "[    0.914666] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000300")]
    [InlineData(
        "Linux ran out of memory",
        "[   12.345678] dd invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP), order=0, oom_score_adj=0",
        "[   12.400000] Kernel panic - not syncing: System is deadlocked on memory"
    )]
    [InlineData("Linux has stopped with a kernel panic", "[    9.1] Kernel panic - not syncing: Asynchronous SError Interrupt")]
    public void What_Linux_says_on_the_console_is_the_cause(string cause, params string[] console)
    {
        var timeline = new BootTimeline();
        See(timeline, BootStage.Linux, 1);
        foreach (var seen in console.Select(line => ConsoleReader.Read(line, 5)).OfType<Observation>())
        {
            timeline.Add(seen, TimeSpan.FromSeconds(2));
        }

        // A stack trace may stand between the line that tells and the last ones.
        var diagnosis = Of(timeline, [.. console, .. Enumerable.Repeat("[    1.9]  panic+0x184/0x364", 30)]);
        Assert.StartsWith(cause, diagnosis.Cause);
        Assert.NotEmpty(diagnosis.Remedy);
        Assert.Equal($"console: {console[0]}", diagnosis.Evidence[0]);
    }

    [Fact]
    public void What_was_said_before_the_machine_was_switched_on_again_is_no_cause()
    {
        var timeline = new BootTimeline();
        See(timeline, BootStage.Kernel, 1);
        var console = new[]
        {
            "[    9.1] Kernel panic - not syncing: Asynchronous SError Interrupt",
            "UEFI firmware (version  built at 13:10:49 on Nov  5 2024)",
        };
        Assert.Equal("The initramfs did not reach the node. What was seen tells no cause that Lab knows.", Of(timeline, console).Cause);
    }

    [Theory]
    [InlineData("GET /assets/talos/initramfs.xz -> 404, 19 bytes", "The initramfs that the node's profile names is not among the boot server's assets.")]
    [InlineData("GET /assets/talos/initramfs.xz -> 500, 0 bytes", "The boot server failed in answering")]
    [InlineData("GET /assets/talos/initramfs.xz -> 499, 2850816 bytes (the client went away)", "The initramfs did not reach the node.")]
    public void What_the_boot_server_answered_decides(string answer, string cause)
    {
        var timeline = new BootTimeline();
        See(timeline, BootStage.Kernel, 1);
        timeline.Add(new Observation(BootStage.Initrd, ObservationKind.Trouble, "boot-server", answer), TimeSpan.FromSeconds(2));
        Assert.StartsWith(cause, Of(timeline).Cause);
        Assert.NotEmpty(Of(timeline).Remedy);
    }

    [Theory]
    [InlineData("I wrote: Kernel panic - not syncing: nothing")]
    [InlineData("[    1.0] init: Kernel panic - not syncing: nothing")]
    [InlineData("[    1.0] Run /init as init process")]
    public void What_only_looks_like_it_is_no_cause(string line) => Assert.Null(CauseTable.Find([], [line]));

    private static void See(BootTimeline timeline, BootStage stage, int second) =>
        timeline.Add(new Observation(stage, ObservationKind.Reached, "test", ""), TimeSpan.FromSeconds(second));

    private static Diagnosis Of(BootTimeline timeline, params string[] console) =>
        Diagnosis.Of(
            Lab,
            Lab.Nodes[0].Mac,
            timeline,
            new Dictionary<string, ResourceCondition>(),
            component => component == Observation.SerialConsole ? console : [],
            end: null,
            outOfTime: null
        );
}
