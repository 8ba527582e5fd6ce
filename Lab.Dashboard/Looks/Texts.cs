using System.Globalization;

namespace Lab.Dashboard.Looks;

/// <summary>Numbers with their units, as all pages write them.</summary>
public static class Texts
{
    /// <summary>A time of a boot: <c>4.81 s</c>.</summary>
    public static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s");

    /// <summary>A moment, in the time of this machine: <c>2026-11-28 15:03:12</c>.</summary>
    public static string Moment(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>How long something has run: <c>42 s</c>, <c>3 min</c>, <c>2 h 10 min</c>, <c>4 d 3 h</c>.</summary>
    public static string Duration(TimeSpan time) =>
        time switch
        {
            { TotalSeconds: < 60 } => $"{Math.Max(0, (int)time.TotalSeconds)} s",
            { TotalMinutes: < 60 } => $"{time.Minutes} min",
            { TotalHours: < 24 } => $"{time.Hours} h {time.Minutes} min",
            _ => $"{time.Days} d {time.Hours} h",
        };

    /// <summary>A number with its noun: <c>1 restart</c>, <c>2 restarts</c>.</summary>
    public static string Count(int number, string noun) => string.Create(CultureInfo.InvariantCulture, $"{number:#,0} {noun}{(number == 1 ? "" : "s")}");

    /// <summary>US dollars: <c>$36.50</c>, small ones <c>$0.0042</c>.</summary>
    public static string Usd(decimal amount) => "$" + amount.ToString(amount is > 0 and < 0.1m ? "0.0000" : "0.00", CultureInfo.InvariantCulture);

    /// <summary>A quantity: at most two decimals.</summary>
    public static string Quantity(decimal number) => number.ToString("#,0.##", CultureInfo.InvariantCulture);
}
