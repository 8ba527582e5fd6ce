using Lab.Emulation.Machines;

namespace Lab.UnitTests.Emulation;

public sealed class ResetLimitTests
{
    private readonly ResetLimit _resets = new();

    [Fact]
    public void Two_resets_in_a_row_without_getting_ready_are_followed_by_a_boot_and_the_third_is_not() =>
        Assert.Equal([true, true, false], Enumerable.Range(0, ResetLimit.Most).Select(_ => _resets.BootsAgain(Boot(BootStage.Userspace))));

    [Fact]
    public void A_node_that_was_ready_may_reboot_as_often_as_it_likes() =>
        Assert.All(Enumerable.Range(0, 2 * ResetLimit.Most), _ => Assert.True(_resets.BootsAgain(Boot(BootStage.Ready))));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_boot_that_gets_ready_and_somebody_who_switches_it_on_begin_the_count_anew(bool isReady)
    {
        Assert.True(_resets.BootsAgain(Boot(BootStage.Userspace)));
        Assert.True(_resets.BootsAgain(Boot(BootStage.Userspace)));
        if (isReady)
        {
            Assert.True(_resets.BootsAgain(Boot(BootStage.Ready)));
        }
        else
        {
            _resets.Forget();
        }

        Assert.True(_resets.BootsAgain(Boot(BootStage.Userspace)));
    }

    [Fact]
    public void A_boot_that_has_failed_stays_off_for_its_failure_to_be_read()
    {
        var boot = Boot(BootStage.Linux);
        boot.Add(new Observation(BootStage.Userspace, ObservationKind.Failed, Observation.SerialConsole, "Kernel panic"), TimeSpan.FromSeconds(2));
        Assert.False(_resets.BootsAgain(boot));
        boot.Add(new Observation(BootStage.Ready, ObservationKind.Reached, Observation.Bastion, "answers"), TimeSpan.FromSeconds(3));
        Assert.True(_resets.BootsAgain(boot));
    }

    private static BootTimeline Boot(BootStage stage)
    {
        var boot = new BootTimeline();
        boot.Add(new Observation(stage, ObservationKind.Reached, "test", ""), TimeSpan.FromSeconds(1));
        return boot;
    }
}
