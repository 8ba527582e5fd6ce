using Lab.Emulation.Machines;
using Lab.Model.Running;

namespace Lab.Runtime.State;

/// <summary>Boots as they are kept, and back.</summary>
public static class KeptBoots
{
    /// <summary>A boot as it is kept.</summary>
    public static KeptBoot Keep(BootSnapshot boot) =>
        new(boot.Node, boot.SwitchedOn, [.. boot.Path.Select(stage => stage.Id())])
        {
            Stages =
            [
                .. boot
                    .Stages.OrderBy(stage => stage.Elapsed)
                    .ThenBy(stage => stage.Stage)
                    .Select(stage => new KeptStage(stage.Stage.Id(), Seconds(stage.Elapsed), stage.Source, stage.Evidence) { Exchange = stage.Exchange }),
            ],
            Failure = boot.Failure is { } failure
                ? new LabStatus.FailureStatus(failure.Stage.Id(), Seconds(boot.EndedAfter ?? TimeSpan.Zero), failure.Cause, failure.Evidence)
                {
                    Remedy = failure.Remedy,
                    Setting = failure.Reason.Setting,
                }
                : null,
            FailedExchange = boot.Failure?.Exchange,
            WentOn = boot.Failure is { WentOn: true },
            EndedAfter = boot.EndedAfter is { } end ? Seconds(end) : null,
        };

    /// <summary>The boot that was kept. Stages that this version does not know are left out.</summary>
    /// <param name="boot">The boot.</param>
    /// <param name="isOver">True when its run has ended: then a boot that has not ended ends with its last stage.</param>
    public static BootSnapshot Restore(KeptBoot boot, bool isOver) =>
        new(
            boot.Node,
            boot.SwitchedOn,
            [
                .. boot
                    .Stages.Where(stage => BootStages.Find(stage.Name) is not null)
                    .Select(stage => new ReachedStage(BootStages.Find(stage.Name)!.Value, TimeSpan.FromSeconds(stage.Seconds), stage.Source)
                    {
                        Evidence = stage.Evidence,
                        Exchange = stage.Exchange,
                    }),
            ]
        )
        {
            Path = [.. boot.Path.Select(BootStages.Find).OfType<BootStage>()],
            IsReady = boot.IsReady,
            Failure =
                boot.Failure is { } failure && BootStages.Find(failure.Stage) is { } stage
                    ? new Diagnosis(stage, failure.Evidence, new Reason(failure.Cause, failure.Remedy ?? "") { Setting = failure.Setting })
                    {
                        WentOn = boot.WentOn,
                        Exchange = boot.FailedExchange,
                    }
                    : null,
            EndedAfter = (boot.EndedAfter ?? (isOver ? boot.Stages.LastOrDefault()?.Seconds ?? 0 : null)) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };

    /// <summary>A time as it is kept.</summary>
    internal static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
