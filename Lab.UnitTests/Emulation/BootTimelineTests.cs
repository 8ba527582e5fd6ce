using Lab.Emulation.Machines;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.UnitTests.Emulation;

public sealed class BootTimelineTests
{
    [Fact]
    public void An_error_of_ipxe_in_a_vpc_belongs_to_what_comes_next()
    {
        var timeline = new BootTimeline(BootPlan.StandIn with { Path = BootStages.Vpc });
        timeline.Add(new Observation(BootStage.Firmware, ObservationKind.Reached, "console", ""), TimeSpan.FromSeconds(1));
        timeline.Add(new Observation(BootStage.Ipxe, ObservationKind.Reached, "console", ""), TimeSpan.FromSeconds(2));
        timeline.Add(new Observation(BootStage.Dhcp, ObservationKind.Reached, "dnsmasq", ""), TimeSpan.FromSeconds(3));
        timeline.Add(
            new Observation(BootStage.Script, ObservationKind.Trouble, "console", "Permission denied (https://ipxe.org/02218c8e)"),
            TimeSpan.FromSeconds(4)
        );
        Assert.Equal(BootStage.UserData, timeline.Current);
    }

    private readonly BootTimeline _timeline = new();

    [Fact]
    public void A_stage_counts_from_its_first_time()
    {
        Assert.Equal(BootStage.Firmware, See(BootStage.Firmware, 1));
        Assert.Null(See(BootStage.Firmware, 2));
        Assert.Equal(TimeSpan.FromSeconds(1), _timeline.Reached[BootStage.Firmware]);
    }

    [Fact]
    public void A_lease_given_while_Linux_runs_is_Linuxs()
    {
        See(BootStage.Dhcp, 1);
        See(BootStage.Linux, 2);
        Assert.Equal(BootStage.Lease, See(BootStage.Dhcp, 3));
    }

    [Fact]
    public void A_lease_given_after_the_initramfs_is_that_of_a_Linux_that_says_nothing()
    {
        See(BootStage.Dhcp, 1);
        See(BootStage.Initrd, 2);
        Assert.Equal(BootStage.Lease, See(BootStage.Dhcp, 3));
    }

    [Fact]
    public void A_lease_given_after_a_boot_has_failed_is_the_firmwares()
    {
        See(BootStage.Dhcp, 1);
        See(BootStage.Initrd, 2);
        _timeline.Add(new Observation(BootStage.Ipxe, ObservationKind.Failed, Observation.SerialConsole, "failed to start"), TimeSpan.FromSeconds(3));
        Assert.Null(See(BootStage.Dhcp, 4));
    }

    [Fact]
    public void A_Linux_that_the_firmware_starts_without_the_network_is_one_from_the_disk()
    {
        See(BootStage.Firmware, 1);
        Assert.Contains(BootStage.Tftp, _timeline.Path);
        See(BootStage.Linux, 2);
        Assert.Equal([BootStage.Firmware, BootStage.Linux, BootStage.Userspace, BootStage.Lease, BootStage.Ready], _timeline.Path);
        See(BootStage.Userspace, 3);
        Assert.Equal(BootStage.Lease, See(BootStage.Dhcp, 4));
        See(BootStage.Images, 5);
        Assert.Equal(BootStage.Ready, _timeline.Current);
        See(BootStage.Ready, 6);
        Assert.Equal(_timeline.Path, _timeline.Reached.Keys);
    }

    [Fact]
    public void A_Linux_after_iPXE_is_one_from_the_network_whatever_else_was_missed()
    {
        See(BootStage.Firmware, 1);
        See(BootStage.Ipxe, 2);
        See(BootStage.Linux, 3);
        Assert.Equal(BootStages.All, _timeline.Path);
    }

    [Fact]
    public void A_node_stands_at_the_stage_after_its_furthest()
    {
        Assert.Equal(BootStage.Firmware, _timeline.Current);
        See(BootStage.Firmware, 1);
        See(BootStage.Dhcp, 2);
        Assert.Equal(BootStage.Tftp, _timeline.Current);
    }

    [Fact]
    public void A_failure_says_where_it_stands()
    {
        See(BootStage.Script, 1);
        _timeline.Add(new Observation(BootStage.Initrd, ObservationKind.Failed, "boot-server", "404"), TimeSpan.FromSeconds(2));
        Assert.Equal(BootStage.Initrd, _timeline.Current);
        Assert.Equal("404", _timeline.Failure?.Text);
    }

    [Fact]
    public void What_goes_wrong_in_a_stage_already_passed_belongs_to_the_next()
    {
        See(BootStage.Ipxe, 1);
        _timeline.Add(new Observation(BootStage.Ipxe, ObservationKind.Failed, Observation.SerialConsole, "failed to start"), TimeSpan.FromSeconds(2));
        Assert.Equal(BootStage.Script, _timeline.Current);
    }

    [Fact]
    public void Trouble_that_was_got_over_is_no_longer_where_it_stands()
    {
        See(BootStage.Lease, 1);
        _timeline.Add(new Observation(BootStage.Config, ObservationKind.Trouble, Observation.SerialConsole, "trying again"), TimeSpan.FromSeconds(2));
        Assert.Equal(BootStage.Config, _timeline.Current);
        See(BootStage.Config, 3);
        Assert.Equal(BootStage.Images, _timeline.Current);
        Assert.Null(_timeline.Failure);
    }

    [Fact]
    public void Stages_that_an_image_cannot_show_are_not_waited_for()
    {
        var image = BootImage.System("linux", "initrd.gz", [], new ReadySign.Tcp(22));
        var timeline = new BootTimeline(new BootPlan(BootStages.All.ShownBy(image, fetchesConfig: false), image.Ready));
        Assert.Equal(BootStage.Lease, timeline.Add(new Observation(BootStage.Lease, ObservationKind.Reached, "test", ""), TimeSpan.FromSeconds(1)));
        Assert.Equal(BootStage.Ready, timeline.Current);

        Assert.Null(timeline.Add(new Observation(BootStage.Config, ObservationKind.Reached, "test", ""), TimeSpan.FromSeconds(2)));
        timeline.Add(new Observation(BootStage.Config, ObservationKind.Trouble, "test", "404"), TimeSpan.FromSeconds(3));
        Assert.Equal((BootStage.Ready, BootStage.Lease), (timeline.Current, timeline.Last));

        Assert.Contains(BootStage.Config, BootStages.All.ShownBy(image, fetchesConfig: true));
        Assert.Equal(BootStages.All, BootStages.All.ShownBy(BootImage.StandIn, fetchesConfig: true));
    }

    private BootStage? See(BootStage stage, int second) =>
        _timeline.Add(new Observation(stage, ObservationKind.Reached, "test", ""), TimeSpan.FromSeconds(second));
}
