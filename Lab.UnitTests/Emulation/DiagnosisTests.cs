using System.Net;
using Lab.Emulation.Machines;
using Lab.Emulation.Network;
using Lab.Model.Definition;
using Lab.Model.Running;
using Lab.Model.Services;

namespace Lab.UnitTests.Emulation;

/// <summary>Why a boot does not go on, from what the real programs wrote.</summary>
public sealed class DiagnosisTests
{
    private const string On = "UEFI firmware (version  built at 13:10:49 on Nov  5 2024)";
    private const string FromDisk = "BdsDxe: starting Boot0001 \"UEFI Misc Device\" from PciRoot(0x0)/Pci(0x2,0x0)";
    private const string FromNetwork =
        "BdsDxe: starting Boot0002 \"UEFI PXEv4 (MAC:525400130001)\" from PciRoot(0x0)/Pci(0x1,0x0)/MAC(525400130001,0x1)/IPv4(0.0.0.0,0x0,DHCP,0.0.0.0,0.0.0.0,0.0.0.0)";
    private static readonly LabDefinition Lab = new();
    private static readonly MacAddress Mac = Lab.Nodes[0].Mac;

    [Fact]
    public void A_boot_that_went_on_is_not_given_a_cause_that_it_has_not()
    {
        var diagnosis = Of(Reached(BootStage.Firmware), OutOfTime(allowed: 3, waited: 2.5, silent: 0.1));
        Assert.True(diagnosis.WentOn);
        Assert.Equal("was still at stage dhcp", diagnosis.Ending);
        Assert.Equal("It was still going on when its 3 s ran out, 2.5 s into stage dhcp.", diagnosis.Cause);
        Assert.Equal("Give it more time: --timeout 180", diagnosis.Remedy);
    }

    [Fact]
    public void A_boot_that_went_on_for_long_at_one_stage_is_told_why_a_boot_may_hang_there_too()
    {
        var diagnosis = Of(Reached(BootStage.Linux), OutOfTime(allowed: 180, waited: 120, silent: 1));
        Assert.True(diagnosis.WentOn);
        Assert.Contains("--timeout 360. If it gets no further then: Linux started, and nothing was seen of its init.", diagnosis.Remedy);
    }

    [Fact]
    public void A_boot_of_which_nothing_is_seen_any_more_has_stopped()
    {
        var diagnosis = Of(Reached(BootStage.Linux), OutOfTime(allowed: 180, waited: 120, silent: 90));
        Assert.False(diagnosis.WentOn);
        Assert.Equal("stopped at stage userspace", diagnosis.Ending);
        Assert.StartsWith("Linux started, and nothing was seen of its init.", diagnosis.Cause);
    }

    [Fact]
    public void Trouble_at_the_stage_is_told_although_the_boot_went_on()
    {
        var timeline = Reached(BootStage.Ipxe);
        timeline.Add(new Observation(BootStage.Script, ObservationKind.Trouble, Observation.SerialConsole, "Not found"), TimeSpan.FromSeconds(2));
        Assert.StartsWith("The boot server has no script for the node", Of(timeline, OutOfTime(allowed: 3, waited: 1, silent: 0)).Cause);
    }

    [Fact]
    public void A_wrong_answer_of_the_node_is_told_although_the_boot_went_on()
    {
        var timeline = Reached(BootStage.Lease);
        timeline.Add(new Observation(BootStage.Ready, ObservationKind.Trouble, Observation.Bastion, "GET / on tcp 80: answered 503"), TimeSpan.FromSeconds(2));
        var diagnosis = Of(timeline, OutOfTime(allowed: 3, waited: 1, silent: 0));
        Assert.False(diagnosis.WentOn);
        Assert.Equal(BootStage.Lease, timeline.Last);
        Assert.Contains("bastion: GET / on tcp 80: answered 503", diagnosis.Evidence);
    }

    [Fact]
    public void A_service_that_is_down_is_told_although_the_boot_went_on() =>
        Assert.StartsWith(
            "dnsmasq is Exited",
            Of(Reached(BootStage.Firmware), OutOfTime(allowed: 3, waited: 1, silent: 0), ("dnsmasq", new ResourceCondition(ResourceState.Exited))).Cause
        );

    [Theory]
    [InlineData(1, null, "The machine is off: QEMU ended with exit code 1.", "See its own output in the log NODE.qemu.log")]
    [InlineData(0, "host-signal", "The machine is off: QEMU ended with exit code 0.", "See its own output in the log NODE.qemu.log")]
    [InlineData(0, "guest-shutdown", "The machine is off: it powered itself off.", "See on its console why")]
    [InlineData(
        0,
        "guest-reset",
        "The machine is off: it reset itself. 3 boots in a row ended so before the node was ready, so it was not switched on again.",
        "See on its console why it resets"
    )]
    public void A_machine_that_is_off_is_told_although_its_time_ran_out(int exitCode, string? reason, string cause, string remedy)
    {
        var diagnosis = Diagnosis.Of(
            Lab,
            Mac,
            Reached(BootStage.Firmware),
            new Dictionary<string, ResourceCondition>(),
            _ => [],
            new MachineEnd(exitCode, reason),
            OutOfTime(allowed: 3, waited: 1, silent: 0)
        );
        Assert.Equal(cause, diagnosis.Cause);
        Assert.StartsWith(remedy, diagnosis.Remedy);
    }

    [Fact]
    public void A_reset_does_not_hide_what_failed_before_it()
    {
        var timeline = Reached(BootStage.Linux);
        timeline.Add(new Observation(BootStage.Userspace, ObservationKind.Failed, Observation.SerialConsole, "Kernel panic"), TimeSpan.FromSeconds(2));
        Assert.StartsWith(
            "Linux started, and nothing was seen of its init",
            Diagnosis.Of(Lab, Mac, timeline, new Dictionary<string, ResourceCondition>(), _ => [], new MachineEnd(0, "guest-reset"), outOfTime: null).Cause
        );
    }

    [Fact]
    public void A_machine_that_boots_from_its_disk_is_not_said_to_lack_something_of_the_network() =>
        Assert.Contains("boots from its disk", CauseAfter(On, FromDisk, "iPXE initialising devices..."));

    [Theory]
    [InlineData(On, FromDisk, On, FromNetwork)]
    [InlineData(On, "BdsDxe: failed to load Boot0001 \"UEFI Misc Device\" from PciRoot(0x0)/Pci(0x2,0x0): Not Found", FromNetwork)]
    public void A_disk_that_was_booted_before_or_is_blank_is_not_to_blame(params string[] console) =>
        Assert.Contains("boot server has no script", CauseAfter(console));

    private static OutOfTime OutOfTime(double allowed, double waited, double silent) =>
        new(TimeSpan.FromSeconds(allowed), TimeSpan.FromSeconds(waited), TimeSpan.FromSeconds(silent));

    private static BootTimeline Reached(BootStage stage)
    {
        var timeline = new BootTimeline();
        timeline.Add(new Observation(stage, ObservationKind.Reached, "test", ""), TimeSpan.FromSeconds(1));
        return timeline;
    }

    [Fact]
    public void Another_dhcp_server_is_named_by_what_it_gave()
    {
        var timeline = new BootTimeline();
        timeline.Add(new Observation(BootStage.Firmware, ObservationKind.Reached, Observation.SerialConsole, "UEFI firmware"), TimeSpan.FromSeconds(1));
        var (mac, seen) = new DnsmasqReader().Read("Nov 27 12:00:00 dnsmasq-dhcp[7]: 123 DHCPNAK(eth0) 10.20.13.217 52:54:00:13:00:01 wrong server-ID")!.Value;
        Assert.Equal(MacAddress.Parse("52:54:00:13:00:01"), mac);
        timeline.Add(seen, TimeSpan.FromSeconds(2));
        Assert.StartsWith(
            "Another DHCP server answers here and gave 10.20.13.217",
            Diagnosis.Of(Lab, mac, timeline, new Dictionary<string, ResourceCondition>(), _ => [], null, null).Cause,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Another_dhcp_server_is_named_by_what_it_offers_the_lab_where_dnsmasq_has_seen_nothing()
    {
        var timeline = new BootTimeline();
        timeline.Add(new Observation(BootStage.Firmware, ObservationKind.Reached, Observation.SerialConsole, "UEFI firmware"), TimeSpan.FromSeconds(1));
        timeline.Add(Diagnosis.OfferOfAnother(new DhcpOffer(IPAddress.Parse("10.20.13.66"), IPAddress.Parse("10.20.13.217"), null)), TimeSpan.FromSeconds(20));
        var diagnosis = Diagnosis.Of(Lab, Mac, timeline, new Dictionary<string, ResourceCondition>(), _ => [], null, null);
        Assert.StartsWith("Another DHCP server answers here and gave 10.20.13.217 (it is 10.20.13.66)", diagnosis.Cause, StringComparison.Ordinal);
        Assert.Contains("lan: DHCPOFFER of 10.20.13.66: 10.20.13.217, no boot file", diagnosis.Evidence);
    }

    [Fact]
    public void A_machine_that_qemu_has_paused_is_told_so_whatever_the_stage()
    {
        var timeline = new BootTimeline();
        timeline.Add(
            new Observation(BootStage.Config, ObservationKind.Failed, Observation.Qemu, "paused: the host's disk is full (/run/cp1.disk, 0 bytes free)"),
            TimeSpan.FromSeconds(2)
        );
        Assert.StartsWith(
            "The machine is paused: the host's disk is full (/run/cp1.disk, 0 bytes free).",
            Diagnosis.Of(Lab, Mac, timeline, new Dictionary<string, ResourceCondition>(), _ => [], null, null).Cause,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void What_was_seen_of_a_404_is_told_once_and_not_with_the_requests_of_other_nodes()
    {
        const string answer = "GET /ipxe?mac=52-54-00-13-01-01 -> 404, 19 bytes (No matching group)";
        var timeline = Reached(BootStage.Ipxe);
        foreach (
            var (source, text) in new[]
            {
                (Matchbox.Name, answer),
                (Observation.SerialConsole, "ipxe... Not found (https://ipxe.org/2d0c618e)"),
                (Observation.SerialConsole, "Could not boot: Not found (https://ipxe.org/2d0c618e)"),
            }
        )
        {
            timeline.Add(new Observation(BootStage.Script, ObservationKind.Failed, source, text), TimeSpan.FromSeconds(2));
        }

        var services = new Dictionary<string, ResourceCondition> { [Matchbox.Name] = new(ResourceState.Healthy) };
        var diagnosis = Diagnosis.Of(Lab, Mac, timeline, services, _ => ["GET /ipxe?mac=52-54-00-13-01-02 -> 200"], null, null);

        Assert.Equal(["boot-server: " + answer, "boot-server is Healthy"], diagnosis.Evidence);
    }

    private static Diagnosis Of(BootTimeline timeline, OutOfTime outOfTime, params (string Name, ResourceCondition Condition)[] services) =>
        Diagnosis.Of(Lab, Mac, timeline, services.ToDictionary(service => service.Name, service => service.Condition), _ => [], null, outOfTime);

    private static string CauseAfter(params string[] console)
    {
        var timeline = new BootTimeline();
        timeline.Add(new Observation(BootStage.Ipxe, ObservationKind.Reached, Observation.SerialConsole, "iPXE"), TimeSpan.FromSeconds(2));
        return Diagnosis
            .Of(
                Lab,
                Mac,
                timeline,
                new Dictionary<string, ResourceCondition>(),
                component => component == Observation.SerialConsole ? console : [],
                end: null,
                outOfTime: null
            )
            .Cause;
    }
}
