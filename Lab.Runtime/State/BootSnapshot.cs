using Lab.Emulation.Machines;
using Lab.Model.Definition;

namespace Lab.Runtime.State;

/// <summary>A boot at one moment.</summary>
/// <param name="Node">The node.</param>
/// <param name="SwitchedOn">When its machine was switched on.</param>
/// <param name="Stages">The stages that it reached, in order.</param>
public sealed record BootSnapshot(string Node, DateTimeOffset SwitchedOn, IReadOnlyList<ReachedStage> Stages)
{
    /// <summary>The stages of such a boot, in order: at home or in a VPC.</summary>
    public IReadOnlyList<BootStage> Path { get; init; } = BootStages.All;

    /// <summary>The MAC of its machine; null where that is not known.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>Where and why it stopped; null while it goes on or is ready.</summary>
    public Diagnosis? Failure { get; init; }

    /// <summary>True when the node serves.</summary>
    public bool IsReady { get; init; }

    /// <summary>How its machine went off; null while it is on, and after a reset.</summary>
    public MachineEnd? End { get; init; }

    /// <summary>Time from switching on until the machine went off; null while it is on.</summary>
    public TimeSpan? OffAfter { get; init; }

    /// <summary>True when the machine has reset itself, as a reboot does: the next boot follows.</summary>
    public bool HasReset { get; init; }

    /// <summary>True when its Linux has started another kernel, without a reset: the next boot follows.</summary>
    public bool HasStartedKernel { get; init; }

    /// <summary>Time from switching on until it was ready, failed or went off; null while it goes on.</summary>
    public TimeSpan? EndedAfter { get; init; }
}
