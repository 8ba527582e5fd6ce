using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Emulation.Machines;

/// <summary>What a boot should come to.</summary>
/// <param name="Path">The stages to come, in order.</param>
/// <param name="Ready">What shows that the node is ready.</param>
public sealed record BootPlan(IReadOnlyList<BootStage> Path, ReadySign Ready)
{
    /// <summary>Stages of which it is not known whether they can be seen: none is missed, and each that is seen belongs to the path from then on.</summary>
    public IReadOnlyList<BootStage> Perhaps { get; init; } = [];

    /// <summary>The same for a Linux that another one has started, without firmware between.</summary>
    public BootPlan AfterKexec => this with { Path = BootStages.AfterKexec, Perhaps = [BootStage.Config, BootStage.Images] };

    /// <summary>The same for a Linux that the firmware has started from the disk.</summary>
    public BootPlan FromDisk => AfterKexec with { Path = [BootStage.Firmware, .. BootStages.AfterKexec] };

    /// <summary>A boot of the stand-in at home.</summary>
    public static BootPlan StandIn { get; } = new(BootStages.All, BootImage.StandIn.Ready);
}
