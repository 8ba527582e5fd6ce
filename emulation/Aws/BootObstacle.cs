using Lab.Emulation.Aws.Bastion;
using Lab.Emulation.Machines;
using Lab.Emulation.Network.Vpc;
using Lab.Model.Definition;

namespace Lab.Emulation.Aws;

/// <summary>
/// Whether a node asks the boot server in vain. Its user data tries for ever, and EC2 lets it; but where the VPC keeps the node from the
/// bastion, only somebody who changes the VPC can help, so there is nothing to wait for.
/// </summary>
internal static class BootObstacle
{
    private const string Vpc = "vpc";
    private const string PacketFilter = "packet-filter";

    /// <summary>What shows it; empty for a node that gets through, that has not asked yet, or whose bastion is starting.</summary>
    /// <param name="lab">Where the boot server should be.</param>
    /// <param name="vpc">The VPC's state.</param>
    /// <param name="bastion">How far the bastion is.</param>
    /// <param name="machine">The node.</param>
    /// <param name="counters">What the packet filter has counted; asked only where the state does not tell all.</param>
    public static async Task<IReadOnlyList<Observation>> FindAsync(
        LabDefinition lab,
        VpcState vpc,
        BastionState bastion,
        InstanceMachine machine,
        Func<Task<IReadOnlyList<VpcCount>>> counters
    )
    {
        var (stage, troubles) = machine.Boot.Read(timeline =>
            (timeline.Current, timeline.Troubles.Where(trouble => trouble.Stage == timeline.Current).ToList())
        );
        if (
            bastion == BastionState.Starting
            || stage is not (BootStage.Script or BootStage.Kernel or BootStage.Initrd)
            || vpc.Interfaces.FirstOrDefault(one => one.InstanceId == machine.Instance.Id) is not { } node
        )
        {
            return [];
        }

        var verdict = Reachability.Of(vpc, node, lab.Bastion.Address, "tcp", lab.Bastion.BootPort.Number);
        if (verdict.IsAllowed)
        {
            return bastion == BastionState.Failed ? troubles : [];
        }

        // To an address that nobody has no packet is sent: who has it stays unanswered.
        return vpc.InterfaceWith(lab.Bastion.Address) is not { InstanceId: not null } there
            ? [new Observation(stage, ObservationKind.Trouble, Vpc, verdict.Reason)]
            :
            [
                .. troubles,
                .. (await counters())
                    .Where(count => count is { IsDrop: true, Packets: > 0 } && (count.Id == node.Id || count.Id == there.Id))
                    .Select(count => new Observation(stage, ObservationKind.Trouble, PacketFilter, $"{count.Id} {count.Rule}: packets dropped")),
            ];
    }
}
