using System.CommandLine;
using System.Globalization;

namespace Lab.CommandLine;

/// <summary>The day of decisions that depend on one, such as what is free.</summary>
public static class DayOption
{
    /// <summary>Verbs that decide by the day have it.</summary>
    public static readonly Option<string?> Date = new Option<string?>("--date")
    {
        Description = "The day that decides what is free; without it today.",
        HelpName = "YYYY-MM-DD",
    }.Of(text => Day(text) is not null, "a day like 2027-01-01");

    /// <summary>The day that decides what is free.</summary>
    public static DateOnly Today(ParseResult arguments, TimeProvider time) => Day(arguments.GetValue(Date)) ?? Today(time);

    /// <summary>Today in UTC, as AWS bills.</summary>
    public static DateOnly Today(TimeProvider time) => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    private static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
