using System.Globalization;
using Lab.Dashboard.Looks;
using Lab.Emulation.Machines;
using Lab.Runtime.Runs;
using Lab.Runtime.State;

namespace Lab.Dashboard.Drawing;

/// <summary>A node's boot on one line, beside the boots that it had before.</summary>
/// <param name="Boot">The boot.</param>
/// <param name="Usual">How the node has booted before; null where nothing is known.</param>
/// <param name="Now">The moment to draw.</param>
public sealed record LaneView(BootSnapshot Boot, UsualBoot? Usual, DateTimeOffset Now)
{
    /// <summary>The stages that are over or go on.</summary>
    public IReadOnlyList<WaterfallRow> Rows { get; } = [.. Waterfall.Rows(Boot, Now).Where(row => row.From is not null)];

    /// <summary>Its colour; a class name of the style sheet.</summary>
    public string Tone { get; } = BootWords.Tone(Boot);

    /// <summary>What has failed comes first, then what boots, then what is off, then what is ready.</summary>
    public int Rank => BootWords.Rank(Boot);

    /// <summary>How much of the axis it takes.</summary>
    public TimeSpan Length => Usual is { } usual && Boot.Failure is null && Seconds(usual.Total) is var total && total > OwnLength ? total : OwnLength;

    /// <summary>The usual boot as bars.</summary>
    public IReadOnlyList<WaterfallRow> Ghost { get; } = Usual is null ? [] : [.. GhostOf(Usual, Boot.Path)];

    /// <summary><c>usually ready after 11.73 s (median of 5 boots)</c></summary>
    public string UsualWords =>
        Usual is { } usual
            ? $"usually ready after {Texts.Seconds(Seconds(usual.Total))} ({(usual.Boots == 1 ? "one boot" : $"median of {usual.Boots} boots")})"
            : "";

    /// <summary>What it waits for and what has taken longer than usual; null where there is nothing to say.</summary>
    public string? Note
    {
        get
        {
            var waits = Rows.FirstOrDefault(row => row.State == StageState.Current) is { } current ? $"waits for {BootWaits.Of(current.Stage)}" : null;
            string?[] parts = [waits, Boot.Failure is null ? Slower : null];
            return parts.Any(part => part is not null) ? string.Join("; ", parts.OfType<string>()) : null;
        }
    }

    private TimeSpan OwnLength => Waterfall.Length(Boot, Now);

    private string? Slower =>
        Usual?.Slowest(Rows.Select(row => (row.Stage.Id(), row.Took!.Value.TotalSeconds))) is var (stage, seconds)
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s slower than usual at {stage}")
            : null;

    /// <summary>A bar in words: <c>kernel: 0.84 s, until 4.61 s, seen by boot-server</c>.</summary>
    public static string Describe(WaterfallRow row) =>
        $"{row.Stage.Id()}: {Texts.Seconds(row.Took!.Value)}{(row.Source is { } source ? $", until {Texts.Seconds(row.To!.Value)}, seen by {source}" : "")}";

    private static IEnumerable<WaterfallRow> GhostOf(UsualBoot usual, IReadOnlyList<BootStage> path)
    {
        var from = TimeSpan.Zero;
        foreach (var stage in path.Where(stage => usual.At.ContainsKey(stage.Id())).OrderBy(stage => usual.At[stage.Id()]))
        {
            var to = Seconds(usual.At[stage.Id()]);
            yield return new WaterfallRow(stage, StageState.Reached, from, to, null);
            from = to;
        }
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
