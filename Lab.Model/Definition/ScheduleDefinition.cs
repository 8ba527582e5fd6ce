using System.ComponentModel;

namespace Lab.Model.Definition;

/// <summary>When the bastion runs, in UTC. An existing group keeps its own schedule: these serve a group that is created, and the price.</summary>
public sealed record ScheduleDefinition
{
    [Description("When the bastion starts: 'minute hour * * *', UTC; the last field may name days (1-5).")]
    public DailyTime Start { get; init; } = DailyTime.Parse("0 12 * * *");

    [Description("When the bastion stops: 'minute hour * * *', UTC.")]
    public DailyTime Stop { get; init; } = DailyTime.Parse("0 17 * * *");

    /// <summary>Hours that the bastion is up in an average month of 730 hours.</summary>
    public decimal HoursPerMonth()
    {
        var minutes = (Stop.MinuteOfDay - Start.MinuteOfDay + DailyTime.MinutesPerDay) % DailyTime.MinutesPerDay;
        return Math.Round(minutes / 60m * Start.DaysPerWeek / 7m * 730m / 24m, 1);
    }
}
