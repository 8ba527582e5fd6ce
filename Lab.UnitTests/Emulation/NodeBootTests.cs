using Lab.Emulation.Machines;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.UnitTests.Emulation;

/// <summary>What is still to come of a boot that has failed.</summary>
public sealed class NodeBootTests
{
    private static readonly NodeDefinition Node = new LabDefinition().Nodes[0];

    private readonly NodeBoot _boot = new(Node, Node.Mac, BootPlan.StandIn);

    [Fact]
    public void A_machine_that_was_refused_prints_an_error_of_its_own()
    {
        Reach(BootStage.Firmware, BootStage.Dhcp, BootStage.Tftp, BootStage.Ipxe);
        Fail(BootStage.Script, Matchbox.Name);
        Assert.True(_boot.Settled.IsCompleted);
        Assert.False(_boot.Complained.IsCompleted);

        _boot.Observe(new Observation(BootStage.Script, ObservationKind.Trouble, Observation.SerialConsole, "Not found (https://ipxe.org/2d0c618e)"));
        Assert.True(_boot.Complained.IsCompleted);
    }

    [Fact]
    public void What_the_machine_itself_says_and_what_Linux_is_refused_is_all_there_is()
    {
        Fail(BootStage.Dhcp, Observation.SerialConsole);
        Assert.True(_boot.Complained.IsCompleted);

        var later = new NodeBoot(Node, Node.Mac, BootPlan.StandIn);
        Assert.True(later.Complained.IsCompleted);
        foreach (var stage in later.Plan.Path.TakeWhile(stage => stage != BootStage.Config))
        {
            later.Observe(new Observation(stage, ObservationKind.Reached, "test", "seen"));
        }

        later.Observe(new Observation(BootStage.Config, ObservationKind.Failed, Matchbox.Name, "-> 404"));
        Assert.True(later.Settled.IsCompleted);
        Assert.True(later.Complained.IsCompleted);
    }

    private void Reach(params BootStage[] stages)
    {
        foreach (var stage in stages)
        {
            _boot.Observe(new Observation(stage, ObservationKind.Reached, "test", "seen"));
        }
    }

    private void Fail(BootStage stage, string source) => _boot.Observe(new Observation(stage, ObservationKind.Failed, source, "failed"));
}
