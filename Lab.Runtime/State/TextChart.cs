using System.Globalization;
using Lab.Emulation.Machines;

namespace Lab.Runtime.State;

/// <summary>A node's boot as a chart of text: a bar for each stage, from the end of the one before it to its own.</summary>
public static class TextChart
{
    private const int LeastNameWidth = 10;
    private const int TimeWidth = 18;

    /// <summary>The chart's lines.</summary>
    /// <param name="node">The node.</param>
    /// <param name="columns">Width of the screen in characters.</param>
    public static IEnumerable<string> Lines(LabEvent.NodeResult node, int columns) =>
        Lines(
            $"{node.Name}: {(node.Ready ? "ready" : "not ready")}",
            [.. node.Stages.OrderBy(stage => stage.Value).ThenBy(stage => stage.Key).Select(stage => (stage.Key.Id(), stage.Value))],
            columns
        );

    /// <summary>A chart's lines.</summary>
    /// <param name="title">What stands above it.</param>
    /// <param name="stages">Its stages with their times, in order.</param>
    /// <param name="columns">Width of the screen in characters.</param>
    public static IEnumerable<string> Lines(string title, IReadOnlyList<(string Name, TimeSpan Time)> stages, int columns)
    {
        var names = stages.Select(stage => stage.Name.Length + 1).Append(LeastNameWidth).Max();
        var width = Math.Max(10, columns - names - TimeWidth - 4);
        var end = stages.Count == 0 ? 0 : stages.Max(stage => stage.Time.TotalSeconds);
        yield return title;
        var from = 0.0;
        foreach (var (name, time) in stages)
        {
            var to = time.TotalSeconds;
            var (first, last) = (Column(from, end, width), Column(to, end, width));
            var bar = new string(' ', first) + new string('█', Math.Max(1, last - first));
            yield return string.Create(CultureInfo.InvariantCulture, $"  {name.PadRight(names)}{bar.PadRight(width + 1)}{to, 7:0.00} s  +{to - from:0.00}");
            from = to;
        }
    }

    private static int Column(double seconds, double end, int width) => end == 0 ? 0 : (int)Math.Round(seconds / end * width);
}
