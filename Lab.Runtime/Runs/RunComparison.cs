using Lab.Model.Running;
using Lab.Runtime.State;

namespace Lab.Runtime.Runs;

/// <summary>Runs of a lab, side by side: the last boot of each node. Every other run is compared with the first.</summary>
/// <param name="Runs">The runs, two or more.</param>
/// <param name="Nodes">The nodes of all of them, by name.</param>
public sealed record RunComparison(IReadOnlyList<KeptRun> Runs, IReadOnlyList<NodeComparison> Nodes)
{
    /// <summary>Why the times of the runs say little of each other; null where they do.</summary>
    public string? Caution =>
        Runs.DistinctBy(run => run.Place).Count() > 1 ? $"{Each("is of the place ", "of ", run => Word(run.Place))}: their boots take different paths."
        : Runs.DistinctBy(run => run.Image).Count() > 1 ? $"{Each("has booted ", "", run => run.Image)}."
        : null;

    /// <summary>The rendered files of each run but the first; empty where only boots were compared.</summary>
    public IReadOnlyList<RunFilesComparison> Files { get; private init; } = [];

    /// <summary>Compares runs, and the files that were rendered for them.</summary>
    public static RunComparison Of(KeptRuns kept, params IReadOnlyList<KeptRun> runs)
    {
        var files = runs.Select(run => RunFiles.Read(kept.FilesOf(run.Number))).ToList();
        return Of(runs) with { Files = [.. runs.Skip(1).Select((run, index) => RunFilesComparison.Of((runs[0], files[0]), (run, files[index + 1])))] };
    }

    /// <summary>Compares the boots of runs.</summary>
    public static RunComparison Of(params IReadOnlyList<KeptRun> runs)
    {
        var boots = runs.Select(run => run.LastBoots.ToDictionary(boot => boot.Node)).ToList();
        return new RunComparison(
            runs,
            [
                .. boots
                    .SelectMany(boot => boot.Keys)
                    .Distinct()
                    .Order(StringComparer.Ordinal)
                    .Select(node => NodeComparison.Of(node, [.. boots.Select(boot => boot.GetValueOrDefault(node))])),
            ]
        );
    }

    /// <summary>A place in output: <c>home</c>.</summary>
    public static string Word(RunPlace place) => place.ToString().ToLowerInvariant();

    /// <summary><c>Run 1 has booted stand-in, run 2 talos</c></summary>
    private string Each(string verb, string then, Func<KeptRun, string> what) =>
        $"Run {Runs[0].Number} {verb}{what(Runs[0])}, {string.Join(", ", Runs.Skip(1).Select(run => $"run {run.Number} {then}{what(run)}"))}";
}

/// <summary>The rendered files of a run beside those of the first.</summary>
/// <param name="Run">The run.</param>
/// <param name="NoFiles">Why they are not compared; null where they are.</param>
/// <param name="Files">Those that differ, by path.</param>
public sealed record RunFilesComparison(KeptRun Run, string? NoFiles, IReadOnlyList<FileComparison> Files)
{
    internal static RunFilesComparison Of(
        (KeptRun Run, IReadOnlyDictionary<string, IReadOnlyList<string>> Files) first,
        (KeptRun Run, IReadOnlyDictionary<string, IReadOnlyList<string>> Files) other
    )
    {
        var lacking =
            first.Files.Count == 0 ? first.Run
            : other.Files.Count == 0 ? other.Run
            : null;
        return new(
            other.Run,
            lacking is null ? null : $"Run {lacking.Number} has kept no rendered files.",
            lacking is null ? FileComparison.Of(first.Files, other.Files) : []
        );
    }
}

/// <summary>A node's boots in several runs.</summary>
/// <param name="Node">The node.</param>
/// <param name="Boots">Its boot in each run; null where it had none.</param>
/// <param name="Stages">The stages of all of them, in the order in which the boots reached them; where they disagree, in that of the last.</param>
public sealed record NodeComparison(string Node, IReadOnlyList<KeptBoot?> Boots, IReadOnlyList<StageComparison> Stages)
{
    /// <summary>How much longer the node took to get ready than in the first run, in seconds; null unless it got ready in both.</summary>
    /// <param name="run">Index of the run.</param>
    public double? Longer(int run) =>
        Boots[0] is { IsReady: true } first && Boots[run] is { IsReady: true } other ? other.Stages[^1].Seconds - first.Stages[^1].Seconds : null;

    internal static NodeComparison Of(string node, IReadOnlyList<KeptBoot?> boots)
    {
        var steps = boots.Select(Steps).ToList();
        return new NodeComparison(node, boots, [.. Names(boots).Select(name => new StageComparison(name, [.. steps.Select(step => Find(step, name))]))]);
    }

    /// <summary>What became of a boot, in words.</summary>
    public static string ResultOf(KeptBoot? boot) =>
        boot switch
        {
            null => "not there",
            { IsReady: true } => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"ready after {boot.Stages[^1].Seconds:0.00} s"),
            { Failure: { } failure } => StateWords.NotReady(boot.WentOn, failure.Stage),
            { Stages: [.., var last] } => $"ended after {last.Name}",
            _ => "ended before its first stage",
        };

    /// <summary>The stages of the last boot, and each that only another one has behind the one that it came after there.</summary>
    private static List<string> Names(IReadOnlyList<KeptBoot?> boots)
    {
        List<string> names = [];
        foreach (var boot in boots.OfType<KeptBoot>().Reverse())
        {
            var next = 0;
            foreach (var stage in boot.Stages)
            {
                var known = names.IndexOf(stage.Name);
                if (known < 0)
                {
                    names.Insert(next, stage.Name);
                }

                next = (known < 0 ? next : known) + 1;
            }
        }

        return names;
    }

    private static Dictionary<string, double> Steps(KeptBoot? boot) => boot?.Steps.ToDictionary(step => step.Stage.Name, step => step.Took) ?? [];

    private static double? Find(Dictionary<string, double> steps, string name) => steps.TryGetValue(name, out var took) ? took : null;
}

/// <summary>What a stage took in several boots.</summary>
/// <param name="Name">The stage.</param>
/// <param name="Seconds">Of each run, in seconds; null where it was not reached.</param>
public sealed record StageComparison(string Name, IReadOnlyList<double?> Seconds)
{
    /// <summary>How much longer it took than in the first run, in seconds; null where one of the two did not reach it.</summary>
    /// <param name="run">Index of the run.</param>
    public double? Longer(int run) => Seconds[run] - Seconds[0];
}
