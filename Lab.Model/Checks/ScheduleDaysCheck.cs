using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>A bastion that starts on days when it does not stop.</summary>
internal sealed class ScheduleDaysCheck()
    : LabCheck(
        "schedule-days",
        Severity.Error,
        "bastion.schedule",
        "Name the same days for start and stop.",
        "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Bastion.Schedule is var schedule && schedule.Start.Days != schedule.Stop.Days && schedule.Stop.Days != "*"
            ? $"The bastion starts on days {schedule.Start.Days} and stops on days {schedule.Stop.Days} only: it would run through."
            : null;
}
