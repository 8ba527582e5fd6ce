using Lab.Model.Running;
using Lab.Runtime.State;

namespace Lab.Runtime.Reports;

/// <summary>What became of a node's last boot.</summary>
/// <param name="Name">The node.</param>
/// <param name="IsReady">Whether it got ready.</param>
/// <param name="IsOpen">Whether it may still get ready: it has not failed, and the lab runs.</param>
/// <param name="Stages">The stages that it reached, in the order of time.</param>
/// <param name="Failure">Where and why it stopped; null where that is not known.</param>
public sealed record NodeReport(string Name, bool IsReady, bool IsOpen, IReadOnlyList<KeptStage> Stages, LabStatus.FailureStatus? Failure)
{
    /// <summary>Seconds until it was ready or failed, or to its last stage.</summary>
    public double Seconds => Failure?.Seconds ?? Stages.LastOrDefault()?.Seconds ?? 0;

    /// <summary>In a word or two.</summary>
    public string Result =>
        IsReady ? "ready"
        : Failure is { } failure ? StateWords.NotReady(failure.WentOn, failure.Stage)
        : IsOpen ? "boots"
        : "not ready";

    /// <summary>Why it is not ready; null for a node that is.</summary>
    public string? Cause =>
        IsReady
            ? null
            : Failure?.Cause
                ?? (Stages.LastOrDefault() is { } last ? $"The last stage that was seen is {last.Name}." : "No stage was seen.")
                    + (IsOpen ? " The node still boots." : " The lab ended before the node was ready or had failed.");

    /// <summary>What to do; null where that is not known, and for a node that is ready.</summary>
    public string? Remedy => IsReady || Failure?.Remedy is not { Length: > 0 } remedy ? null : remedy;

    internal static NodeReport From(string name, string state, LabStatus status, bool isRunning)
    {
        var stages = status.Boots.TryGetValue(name, out var boot)
            ? boot.Select(stage => new KeptStage(stage.Key, stage.Value.Seconds, stage.Value.Source, stage.Value.Evidence))
                .OrderBy(stage => stage.Seconds)
                .ToList()
            : [];
        var failure = status.Failures?.GetValueOrDefault(name);
        var isReady = failure is null && stages.Exists(stage => stage.Name == "ready");
        return new NodeReport(name, isReady, isRunning && !isReady && failure is null && state != "off", stages, failure);
    }
}
