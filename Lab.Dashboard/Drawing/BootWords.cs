using Lab.Dashboard.Looks;
using Lab.Emulation.Machines;
using Lab.Runtime.State;

namespace Lab.Dashboard.Drawing;

/// <summary>A boot in a few words.</summary>
public static class BootWords
{
    /// <summary><c>ready after 5.64 s</c>, <c>stopped at dhcp after 30.00 s</c>, <c>still at dhcp after 30.00 s</c>, <c>at kernel, 2.10 s</c></summary>
    public static string Of(BootSnapshot boot, DateTimeOffset now)
    {
        var time = Texts.Seconds(Waterfall.Length(boot, now));
        return boot switch
        {
            { Failure: { } failure } => $"{StateWords.NotReady(failure.WentOn, failure.Stage.Id())} after {time}",
            { IsReady: true } => $"ready after {time}",
            { EndedAfter: not null } => $"off after {time}",
            _ => $"at {Waterfall.Rows(boot, now).First(row => row.State == StageState.Current).Stage.Id()}, {time}",
        };
    }

    /// <summary>The same where there is little room: without the time of a boot that failed.</summary>
    public static string Brief(BootSnapshot boot, DateTimeOffset now) =>
        boot.Failure is { } failure ? StateWords.NotReady(failure.WentOn, failure.Stage.Id()) : Of(boot, now);

    /// <summary>What has failed comes first, then what boots, then what is off, then what is ready.</summary>
    public static int Rank(BootSnapshot boot) => Array.IndexOf(["bad", "busy", "idle", "good"], Tone(boot));

    /// <summary>The boot's colour; a class name of the style sheet.</summary>
    public static string Tone(BootSnapshot boot) =>
        boot switch
        {
            { Failure: not null } => "bad",
            { IsReady: true } => "good",
            { EndedAfter: not null } => "idle",
            _ => "busy",
        };

    /// <summary>The icon of such a colour, by name of <see cref="Parts.Icon"/>.</summary>
    public static string IconOf(string tone) =>
        tone switch
        {
            "good" => "check",
            "bad" => "warning",
            "idle" => "square",
            _ => "progress",
        };
}
