using Lab.Emulation.Machines;
using Lab.Model.Definition;
using Lab.Model.Running;

namespace Lab.UnitTests.Emulation;

/// <summary>Why a real machine's boot does not go on, from what can be seen from outside.</summary>
public sealed class OutsideDiagnosisTests
{
    private static readonly LabDefinition Lab = new();

    [Theory]
    [InlineData(HomeDhcp.Proxy, false, "dhcp tftp script kernel initrd ready")]
    [InlineData(HomeDhcp.Full, true, "dhcp tftp script kernel initrd lease config ready")]
    [InlineData(HomeDhcp.Off, true, "tftp script kernel initrd config ready")]
    public void Stages_that_cannot_be_seen_are_not_among_those_to_come(HomeDhcp dhcp, bool fetchesConfig, string stages) =>
        Assert.Equal(stages, string.Join(' ', BootStages.Outside(dhcp, fetchesConfig).Select(BootStages.Id)));

    [Theory]
    [InlineData(BootStage.Dhcp, BootStage.Tftp, "has not fetched ipxe-arm64.efi")]
    [InlineData(BootStage.Tftp, BootStage.Script, "the firmware does not start it")]
    [InlineData(BootStage.Initrd, BootStage.Ready, "nothing answers on tcp 50000")]
    public void What_was_seen_last_says_where_to_look(BootStage last, BootStage stage, string cause)
    {
        var diagnosis = Of(Reached(last));
        Assert.Equal(stage, diagnosis.Stage);
        Assert.Contains(cause, diagnosis.Cause);
        Assert.NotEmpty(diagnosis.Remedy);
        Assert.NotEmpty(diagnosis.Evidence);
    }

    [Fact]
    public void A_machine_that_fetches_no_configuration_has_no_Linux_that_works_there()
    {
        var timeline = new BootTimeline(Plan(BootStages.Outside(HomeDhcp.Proxy, fetchesConfig: true)));
        timeline.Add(new Observation(BootStage.Initrd, ObservationKind.Reached, "boot-server", "GET"), TimeSpan.FromSeconds(9));
        Assert.Contains("it does not start on this board, or has no driver for its network card", Of(timeline).Cause);
    }

    [Fact]
    public void A_machine_of_another_architecture_is_told_as_that()
    {
        var timeline = new BootTimeline(Plan(BootStages.Outside(HomeDhcp.Proxy, fetchesConfig: false)));
        timeline.Add(
            new Observation(BootStage.Dhcp, ObservationKind.Failed, "dnsmasq", "PXE(eth0) 52:54:00:13:00:01 proxy: x86-64 UEFI (PXEClient:Arch:00007)"),
            TimeSpan.Zero
        );
        var diagnosis = Of(timeline);
        Assert.Equal(BootStage.Dhcp, diagnosis.Stage);
        Assert.Contains("for arm64 UEFI only", diagnosis.Cause);
        Assert.Contains("dnsmasq: PXE(eth0) 52:54:00:13:00:01 proxy: x86-64 UEFI (PXEClient:Arch:00007)", diagnosis.Evidence);
    }

    [Fact]
    public void What_its_Linux_has_sent_is_evidence_and_tells_the_cause()
    {
        var plan = Plan(BootStages.Outside(HomeDhcp.Proxy, fetchesConfig: true)) with { Perhaps = BootStages.OfKernelLog };
        var timeline = new BootTimeline(plan);
        timeline.Add(new Observation(BootStage.Initrd, ObservationKind.Reached, "boot-server", "GET"), TimeSpan.FromSeconds(9));
        timeline.Add(KernelLogLine.Read("[    0.000000] Linux version 6.1.0")!, TimeSpan.FromSeconds(12));
        Assert.Equal(["dhcp", "tftp", "script", "kernel", "initrd", "linux", "config", "ready"], timeline.Path.Select(stage => stage.Id()));

        string[] said = ["[    0.000000] Linux version 6.1.0", "[    9.000000] eth0: link is down"];
        var diagnosis = Diagnosis.FromOutside(Lab, timeline, new Dictionary<string, ResourceCondition>(), Log, outOfTime: null);
        Assert.Equal("Linux runs there and has sent its log, and has not fetched its configuration.", diagnosis.Cause);
        Assert.Contains("kernel-log: [    9.000000] eth0: link is down", diagnosis.Evidence);

        said = [.. said, "[    9.500000] Out of memory: Killed process 1 (init)"];
        var panic = Diagnosis.FromOutside(Lab, timeline, new Dictionary<string, ResourceCondition>(), Log, outOfTime: null);
        Assert.NotEqual(diagnosis.Cause, panic.Cause);
        Assert.Equal("kernel-log: [    9.500000] Out of memory: Killed process 1 (init)", panic.Evidence[0]);

        IReadOnlyList<string> Log(string component) => component == Observation.KernelLog ? said : [];
    }

    [Fact]
    public void A_service_that_is_down_comes_first() =>
        Assert.StartsWith("boot-server is Exited", Of(Reached(BootStage.Tftp), ("boot-server", new ResourceCondition(ResourceState.Exited))).Cause);

    [Fact]
    public void A_boot_that_went_on_was_only_slow()
    {
        var timeline = Reached(BootStage.Script);
        var diagnosis = Diagnosis.FromOutside(
            Lab,
            timeline,
            new Dictionary<string, ResourceCondition>(),
            _ => [],
            new OutOfTime(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1))
        );
        Assert.True(diagnosis.WentOn);
    }

    [Theory]
    [InlineData(5, true, "It was still going on")]
    [InlineData(25, false, "The machine boots with U-Boot")]
    public void A_U_Boot_that_asks_again_and_again_gets_no_further_however_long_it_is_given(int waited, bool wentOn, string cause)
    {
        var timeline = Reached(BootStage.Dhcp);
        timeline.Add(Diagnosis.AsksAsUBoot("U-Boot.armv8"), TimeSpan.FromSeconds(1));
        var diagnosis = Diagnosis.FromOutside(
            Lab,
            timeline,
            new Dictionary<string, ResourceCondition>(),
            _ => [],
            new OutOfTime(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(waited), TimeSpan.FromSeconds(1))
        );
        Assert.Equal(wentOn, diagnosis.WentOn);
        Assert.StartsWith(cause, diagnosis.Cause);
        Assert.Contains("U-Boot.armv8", string.Join('\n', diagnosis.Evidence));
    }

    private static BootTimeline Reached(BootStage last)
    {
        var path = BootStages.Outside(HomeDhcp.Proxy, fetchesConfig: false);
        var timeline = new BootTimeline(Plan(path));
        foreach (var stage in path.TakeWhile(stage => stage <= last))
        {
            timeline.Add(new Observation(stage, ObservationKind.Reached, "dnsmasq", "seen"), TimeSpan.FromSeconds(1));
        }

        return timeline;
    }

    private static Diagnosis Of(BootTimeline timeline, params (string Name, ResourceCondition Condition)[] services) =>
        Diagnosis.FromOutside(Lab, timeline, services.ToDictionary(service => service.Name, service => service.Condition), _ => [], outOfTime: null);

    private static BootPlan Plan(IReadOnlyList<BootStage> path) => BootPlan.StandIn with { Path = path };
}
