using System.Globalization;
using System.Text.RegularExpressions;

namespace Lab.Model.Definition;

/// <summary>A time of day in cron's spelling, <c>minute hour * * days</c>, as Auto Scaling takes it (UTC).</summary>
public readonly partial record struct DailyTime(int Minute, int Hour, string Days)
{
    internal const int MinutesPerDay = 24 * 60;

    /// <summary>The form accepted in <c>lab.yaml</c>.</summary>
    public const string Pattern = @"^[0-5]?[0-9] (2[0-3]|[01]?[0-9]) \* \* (\*|[0-6](-[0-6])?(,[0-6](-[0-6])?)*)$";

    /// <summary>Minutes since midnight.</summary>
    public int MinuteOfDay => Hour * 60 + Minute;

    /// <summary>On how many days of a week it happens.</summary>
    public int DaysPerWeek => Days == "*" ? 7 : Days.Split(',').SelectMany(Range).Distinct().Count();

    /// <summary>Reads <c>0 12 * * *</c> or <c>0 12 * * 1-5</c>.</summary>
    /// <exception cref="FormatException">The text is no such time.</exception>
    public static DailyTime Parse(string text) =>
        TryParse(text, out var time) ? time : throw new FormatException($"'{text}' is not a time of day in cron's spelling");

    /// <summary>As <see cref="Parse"/>, without the exception.</summary>
    public static bool TryParse(string text, out DailyTime time)
    {
        var fields = text.Split(' ');
        var isTime = Form().IsMatch(text) && Number(fields[0]) < 60 && Number(fields[1]) < 24;
        time = isTime ? new DailyTime(Number(fields[0]), Number(fields[1]), fields[4]) : default;
        return isTime;
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Minute} {Hour} * * {Days}");

    private static IEnumerable<int> Range(string days) =>
        days.Split('-') is [var first, var last] ? Enumerable.Range(Number(first), Math.Max(0, Number(last) - Number(first) + 1)) : [Number(days)];

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(Pattern)]
    private static partial Regex Form();
}
