using Lab.Dashboard.Drawing;
using Lab.Dashboard.Looks;
using Lab.Emulation.Machines;
using Lab.Model.Running;
using Lab.Runtime.Reports;
using Lab.Runtime.Runs;
using Lab.Runtime.State;
using Lab.UnitTests.Dashboard;

namespace Lab.UnitTests.Runtime;

/// <summary>One word for one state, wherever it is shown.</summary>
public sealed class StateWordsTests
{
    [Theory]
    [InlineData(ResourceState.NotStarted, "Not started")]
    [InlineData(ResourceState.FailedToStart, "Failed to start")]
    [InlineData(ResourceState.Unhealthy, "Unhealthy")]
    public void A_state_is_its_name_in_words_on_the_page_and_in_the_terminal(ResourceState state, string words)
    {
        Assert.Equal(words, StateWords.Of(state));
        Assert.Equal(words, StateLook.Of(state).Text);
        Assert.Contains(
            $"dnsmasq {words}",
            Assert.Single(EventLines.Of(new LabEvent.Service("dnsmasq", state, null, null, null, TimeSpan.Zero))),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_boot_that_stopped_is_told_alike_by_page_status_and_report()
    {
        var diagnosis = new Diagnosis(BootStage.Dhcp, [], new Reason("slow", "Wait.")) { WentOn = true };
        var status = new LabStatus();
        status.Add(new LabEvent.NodeStarted("cp1"));
        status.Add(new LabEvent.NodeFailed("cp1", diagnosis, TimeSpan.FromSeconds(9)));
        var boot = Stage.Boot("cp1", BootStage.Firmware) with { Failure = diagnosis, EndedAfter = TimeSpan.FromSeconds(9) };

        Assert.Equal("still at dhcp", status.Nodes["cp1"]);
        Assert.Equal("still at dhcp", Assert.Single(LabReport.From("lab", status, DateTimeOffset.UnixEpoch, isRunning: true).Nodes).Result);
        Assert.Equal("still at dhcp", NodeComparison.ResultOf(KeptBoots.Keep(boot)));
        Assert.Equal("still at dhcp after 9.00 s", BootWords.Of(boot, boot.SwitchedOn));
    }
}
