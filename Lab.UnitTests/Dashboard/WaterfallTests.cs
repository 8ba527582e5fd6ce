using Lab.Dashboard.Drawing;
using Lab.Emulation.Machines;
using Lab.Runtime.State;

namespace Lab.UnitTests.Dashboard;

public sealed class WaterfallTests
{
    private static readonly DateTimeOffset On = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Each_stage_takes_the_time_since_the_one_before()
    {
        var rows = Waterfall.Rows(Boot((BootStage.Firmware, 0.1), (BootStage.Dhcp, 1.5), (BootStage.Tftp, 1.6)), On.AddSeconds(2));

        Assert.Equal([0.1, 1.4, 0.1, 0.4], rows.Take(4).Select(row => Math.Round(row.Took!.Value.TotalSeconds, 3)));
        Assert.Equal([StageState.Reached, StageState.Reached, StageState.Reached, StageState.Current, StageState.Ahead], rows.Take(5).Select(row => row.State));
        Assert.Equal(BootStages.All.Count, rows.Count);
    }

    [Fact]
    public void A_boot_that_is_ready_has_no_stage_on_the_way()
    {
        var rows = Waterfall.Rows(Stage.Boot("cp1", BootStage.Ready), On);

        Assert.All(rows, row => Assert.Equal(StageState.Reached, row.State));
    }

    [Fact]
    public void A_failure_stands_at_its_stage_until_the_end_of_the_boot()
    {
        var boot = Boot((BootStage.Firmware, 0.1)) with
        {
            Failure = new Diagnosis(BootStage.Dhcp, [], new Reason("dnsmasq is Exited", "Start it.")),
            EndedAfter = TimeSpan.FromSeconds(9),
        };

        var failed = Assert.Single(Waterfall.Rows(boot, On.AddMinutes(5)), row => row.State == StageState.Failed);

        Assert.Equal((BootStage.Dhcp, TimeSpan.FromSeconds(9)), (failed.Stage, failed.To));
        Assert.DoesNotContain(Waterfall.Rows(boot, On), row => row.State == StageState.Current);
    }

    [Fact]
    public void A_boot_that_ended_without_a_failure_has_no_failed_stage()
    {
        var boot = Boot((BootStage.Firmware, 0.1)) with { EndedAfter = TimeSpan.FromSeconds(9) };

        var rows = Waterfall.Rows(boot, On.AddMinutes(5));

        Assert.Equal((BootStage.Dhcp, StageState.Left, TimeSpan.FromSeconds(9)), (rows[1].Stage, rows[1].State, rows[1].To));
        Assert.All(rows.Skip(2), row => Assert.Equal(StageState.Ahead, row.State));
    }

    [Fact]
    public void Stages_that_came_in_another_order_stand_by_their_time()
    {
        var rows = Waterfall.Rows(Boot((BootStage.Kernel, 2.4), (BootStage.Script, 2.5)), On.AddSeconds(3));

        Assert.Equal([BootStage.Kernel, BootStage.Script, BootStage.Initrd], rows.Take(3).Select(row => row.Stage));
        Assert.All(rows.Take(3), row => Assert.True(row.Took >= TimeSpan.Zero));
    }

    [Fact]
    public void A_machine_that_was_just_switched_on_is_at_its_firmware()
    {
        var rows = Waterfall.Rows(new BootSnapshot("cp1", On, []), On);

        Assert.Equal((BootStage.Firmware, StageState.Current), (rows[0].Stage, rows[0].State));
    }

    [Fact]
    public void An_instance_in_a_VPC_has_its_own_path()
    {
        var rows = Waterfall.Rows(
            Boot((BootStage.Firmware, 0.1), (BootStage.Ipxe, 0.9), (BootStage.Dhcp, 1.5)) with
            {
                Path = BootStages.Vpc,
            },
            On.AddSeconds(2)
        );

        Assert.Equal(BootStages.Vpc, rows.Select(row => row.Stage));
        Assert.Equal(BootStage.UserData, Assert.Single(rows, row => row.State == StageState.Current).Stage);
    }

    [Theory]
    [InlineData(0.2, 0.1)]
    [InlineData(5.64, 1)]
    [InlineData(9, 2)]
    [InlineData(47, 10)]
    [InlineData(180, 50)]
    public void An_axis_has_at_most_seven_marks_and_holds_the_end(double end, double step)
    {
        var ticks = Waterfall.Ticks(TimeSpan.FromSeconds(end));

        Assert.InRange(ticks.Count, 2, 7);
        Assert.True(ticks[^1].TotalSeconds >= end);
        Assert.Equal(step, ticks[1].TotalSeconds, 6);
    }

    private static BootSnapshot Boot(params (BootStage Stage, double Seconds)[] stages) =>
        new("cp1", On, [.. stages.Select(stage => new ReachedStage(stage.Stage, TimeSpan.FromSeconds(stage.Seconds), "console"))]);
}
