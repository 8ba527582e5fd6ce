using Lab.Model.Running;

namespace Lab.Runtime.Runs;

/// <summary>How a node has booted before: medians of its earlier boots that got ready.</summary>
/// <param name="Boots">How many boots there were.</param>
/// <param name="At">Seconds from switching on to each stage.</param>
/// <param name="Steps">Seconds that each stage took since the one before.</param>
public sealed record UsualBoot(int Boots, IReadOnlyDictionary<string, double> At, IReadOnlyDictionary<string, double> Steps)
{
    /// <summary>What is not even so much longer is not worth a word: seconds, and as a part of the usual time.</summary>
    public const double LeastSeconds = 0.5,
        LeastPart = 0.3;

    /// <summary>Seconds to the last stage.</summary>
    public double Total => At.Values.DefaultIfEmpty().Max();

    /// <summary>
    /// The usual boot of a node; null where none of its earlier boots can be compared. In a VPC every node is an instance that was not
    /// there before: all earlier ones count.
    /// </summary>
    /// <param name="runs">The kept runs.</param>
    /// <param name="run">The run of the boot that is compared: only runs at the same place with the same image are.</param>
    /// <param name="boot">The boot that is compared; only earlier ones over the same path are looked at.</param>
    public static UsualBoot? Of(IEnumerable<KeptRun> runs, (RunPlace Place, string Image) run, KeptBoot boot)
    {
        var earlier = runs.Where(other => (other.Place, other.Image) == run)
            .SelectMany(other => other.Boots)
            .Where(other =>
                (run.Place == RunPlace.Vpc || other.Node == boot.Node)
                && other.IsReady
                && other.EndedAfter is { } end
                && other.SwitchedOn.AddSeconds(end) <= boot.SwitchedOn
                && other.Path.SequenceEqual(boot.Path)
            )
            .ToList();
        return earlier.Count == 0
            ? null
            : new UsualBoot(
                earlier.Count,
                Medians(earlier.SelectMany(other => other.Stages.Select(stage => (stage.Name, stage.Seconds)))),
                Medians(earlier.SelectMany(other => other.Steps.Select(step => (step.Stage.Name, step.Took))))
            );
    }

    /// <summary>The stage at which a boot has lost most time against the usual; null where it has lost none worth a word.</summary>
    /// <param name="steps">What each stage took, that on the way included.</param>
    public (string Stage, double Seconds)? Slowest(IEnumerable<(string Stage, double Took)> steps) =>
        steps
            .Where(step => Steps.TryGetValue(step.Stage, out var usual) && step.Took - usual > Math.Max(LeastSeconds, usual * LeastPart))
            .Select(step => ((string, double)?)(step.Stage, step.Took - Steps[step.Stage]))
            .MaxBy(step => step!.Value.Item2);

    private static Dictionary<string, double> Medians(IEnumerable<(string Stage, double Seconds)> values) =>
        values.GroupBy(value => value.Stage).ToDictionary(stage => stage.Key, stage => Median([.. stage.Select(value => value.Seconds).Order()]));

    private static double Median(IReadOnlyList<double> ordered) => (ordered[(ordered.Count - 1) / 2] + ordered[ordered.Count / 2]) / 2;
}
