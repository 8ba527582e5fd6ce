using Lab.Model.Running;
using Lab.Runtime.State;

namespace Lab.Runtime.Runs;

/// <summary>Two runs of a lab, side by side: the last boot of each node.</summary>
/// <param name="Before">The one run.</param>
/// <param name="After">The other run.</param>
/// <param name="Nodes">The nodes of both, by name.</param>
public sealed record RunComparison(KeptRun Before, KeptRun After, IReadOnlyList<NodeComparison> Nodes)
{
    /// <summary>Why the times of the runs say little of each other; null where they do.</summary>
    public string? Caution =>
        Before.Place != After.Place
            ? $"Run {Before.Number} is of the place {Word(Before.Place)}, run {After.Number} of {Word(After.Place)}: their boots take different paths."
        : Before.Image != After.Image ? $"Run {Before.Number} has booted {Before.Image}, run {After.Number} {After.Image}."
        : null;

    /// <summary>The rendered files that differ, by path.</summary>
    public IReadOnlyList<FileComparison> Files { get; private init; } = [];

    /// <summary>Why files are not compared; null where they are.</summary>
    public string? NoFiles { get; private init; }

    /// <summary>Compares two runs, and the files that were rendered for them.</summary>
    public static RunComparison Of(KeptRuns runs, KeptRun before, KeptRun after)
    {
        var (first, second) = (RunFiles.Read(runs.FilesOf(before.Number)), RunFiles.Read(runs.FilesOf(after.Number)));
        var lacking =
            first.Count == 0 ? before
            : second.Count == 0 ? after
            : null;
        return Of(before, after) with
        {
            NoFiles = lacking is null ? null : $"Run {lacking.Number} has kept no rendered files.",
            Files = lacking is null ? FileComparison.Of(first, second) : [],
        };
    }

    /// <summary>Compares the boots of two runs.</summary>
    public static RunComparison Of(KeptRun before, KeptRun after)
    {
        var (first, second) = (before.LastBoots.ToDictionary(boot => boot.Node), after.LastBoots.ToDictionary(boot => boot.Node));
        return new RunComparison(
            before,
            after,
            [
                .. first
                    .Keys.Union(second.Keys)
                    .Order(StringComparer.Ordinal)
                    .Select(node => NodeComparison.Of(node, first.GetValueOrDefault(node), second.GetValueOrDefault(node))),
            ]
        );
    }

    /// <summary>A place in output: <c>home</c>.</summary>
    public static string Word(RunPlace place) => place.ToString().ToLowerInvariant();
}

/// <summary>A node's boots in two runs.</summary>
/// <param name="Node">The node.</param>
/// <param name="Before">Its boot in the one run; null where it had none.</param>
/// <param name="After">Its boot in the other run; null where it had none.</param>
/// <param name="Stages">The stages of both, in the order in which the later boot reached them.</param>
public sealed record NodeComparison(string Node, KeptBoot? Before, KeptBoot? After, IReadOnlyList<StageComparison> Stages)
{
    /// <summary>How much longer the node took to get ready, in seconds; null unless it got ready in both.</summary>
    public double? Longer => Before is { IsReady: true } && After is { IsReady: true } ? After.Stages[^1].Seconds - Before.Stages[^1].Seconds : null;

    internal static NodeComparison Of(string node, KeptBoot? before, KeptBoot? after)
    {
        var (first, second) = (Steps(before), Steps(after));
        var names = (after?.Stages ?? []).Concat(before?.Stages ?? []).Select(stage => stage.Name).Distinct();
        return new NodeComparison(node, before, after, [.. names.Select(name => new StageComparison(name, Find(first, name), Find(second, name)))]);
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

    private static Dictionary<string, double> Steps(KeptBoot? boot) => boot?.Steps.ToDictionary(step => step.Stage.Name, step => step.Took) ?? [];

    private static double? Find(Dictionary<string, double> steps, string name) => steps.TryGetValue(name, out var took) ? took : null;
}

/// <summary>What a stage took in two boots, in seconds; null where it was not reached.</summary>
public sealed record StageComparison(string Name, double? Before, double? After)
{
    /// <summary>How much longer it took.</summary>
    public double? Longer => After - Before;
}
