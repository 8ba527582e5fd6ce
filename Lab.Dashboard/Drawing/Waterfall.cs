using Lab.Emulation.Machines;
using Lab.Runtime.State;

namespace Lab.Dashboard.Drawing;

/// <summary>A boot as bars on a time axis.</summary>
public static class Waterfall
{
    /// <summary>A row a stage: those reached by their time, then the one at which the boot is, has failed or ended, then those ahead.</summary>
    /// <param name="boot">The boot.</param>
    /// <param name="now">The moment to draw.</param>
    public static IReadOnlyList<WaterfallRow> Rows(BootSnapshot boot, DateTimeOffset now)
    {
        var rows = new List<WaterfallRow>();
        var from = TimeSpan.Zero;
        foreach (var reached in boot.Stages.OrderBy(stage => stage.Elapsed).ThenBy(stage => stage.Stage))
        {
            rows.Add(new WaterfallRow(reached.Stage, StageState.Reached, from, reached.Elapsed, reached.Source));
            from = reached.Elapsed;
        }

        var path = boot.Path.ToList();
        var furthest = rows.Select(row => path.IndexOf(row.Stage)).DefaultIfEmpty(-1).Max();
        var left = path.Except(rows.Select(row => row.Stage)).ToList();
        if (!boot.IsReady && (boot.Failure?.Stage ?? left.Cast<BootStage?>().FirstOrDefault(stage => path.IndexOf(stage!.Value) > furthest)) is { } current)
        {
            // A stage that was reached once can fail later: the machine went off.
            left.Remove(current);
            var state =
                boot.Failure is not null ? StageState.Failed
                : boot.EndedAfter is null ? StageState.Current
                : StageState.Left;
            rows.Add(new WaterfallRow(current, state, from, Max(from, Length(boot, now)), null));
        }

        rows.AddRange(left.Select(stage => new WaterfallRow(stage, StageState.Ahead, null, null, null)));
        return rows;
    }

    /// <summary>How long the boot took, or takes so far.</summary>
    public static TimeSpan Length(BootSnapshot boot, DateTimeOffset now) =>
        Max(boot.EndedAfter ?? now - boot.SwitchedOn, boot.Stages.Select(stage => stage.Elapsed).DefaultIfEmpty().Max());

    /// <summary>Marks of an axis that holds a time: at most six steps of 1, 2 or 5 times a power of ten, the last at or after the end.</summary>
    public static IReadOnlyList<TimeSpan> Ticks(TimeSpan end)
    {
        var seconds = Math.Max(end.TotalSeconds, 0.5);
        var power = Math.Pow(10, Math.Floor(Math.Log10(seconds / 6)));
        var step = new[] { 1, 2, 5, 10 }.Select(factor => factor * power).First(step => Math.Ceiling(seconds / step - 1e-9) <= 6);
        return [.. Enumerable.Range(0, (int)Math.Ceiling(seconds / step - 1e-9) + 1).Select(i => TimeSpan.FromSeconds(Math.Round(i * step, 3)))];
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
