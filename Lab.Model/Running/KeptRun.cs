using System.Text.Json.Serialization;
using Lab.Model.Services;

namespace Lab.Model.Running;

/// <summary>A run of a lab as it is kept: every boot of every node.</summary>
/// <param name="Number">Its number among the runs of the lab, from 1.</param>
/// <param name="Lab">The lab's name.</param>
/// <param name="Place">Where it ran.</param>
/// <param name="Image">What the nodes booted: <c>stand-in</c>, a Talos release, an image, a folder.</param>
/// <param name="Started">When it was started.</param>
public sealed record KeptRun(int Number, string Lab, RunPlace Place, string Image, DateTimeOffset Started)
{
    /// <summary>When it ended; null while it runs, and for a run whose program was killed.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Its boots, in the order in which the machines were switched on.</summary>
    public IReadOnlyList<KeptBoot> Boots { get; init; } = [];

    /// <summary>The cluster that was made of the nodes; null where none was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public KeptCluster? Cluster { get; init; }

    /// <summary>The last boot of each node, by the node's name.</summary>
    public IEnumerable<KeptBoot> LastBoots => Boots.GroupBy(boot => boot.Node).Select(boots => boots.Last()).OrderBy(boot => boot.Node, StringComparer.Ordinal);

    /// <summary><c>2 of 3 nodes ready</c></summary>
    public string Result => ReadyCount.Of(LastBoots.Count(boot => boot.IsReady), LastBoots.Count());
}

/// <summary>Where a lab runs.</summary>
public enum RunPlace
{
    /// <summary>A home that is rehearsed on this machine.</summary>
    Home,

    /// <summary>A VPC that is rehearsed on this machine.</summary>
    Vpc,

    /// <summary>A real network.</summary>
    Lan,
}

/// <summary>A boot of a node as it is kept.</summary>
/// <param name="Node">The node.</param>
/// <param name="SwitchedOn">When its machine was switched on.</param>
/// <param name="Path">The stages of such a boot, in order.</param>
public sealed record KeptBoot(string Node, DateTimeOffset SwitchedOn, IReadOnlyList<string> Path)
{
    /// <summary>The stages that it reached, in the order of time.</summary>
    public IReadOnlyList<KeptStage> Stages { get; init; } = [];

    /// <summary>Where and why it stopped; null where it did not.</summary>
    public LabStatus.FailureStatus? Failure { get; init; }

    /// <summary>The request over HTTP at which it stopped, with its answer; null where there was none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HttpExchange? FailedExchange { get; init; }

    /// <summary>True for a boot that was still making progress when its time ran out.</summary>
    public bool WentOn { get; init; }

    /// <summary>Seconds from switching on until it was ready, failed or went off; null for a boot that goes on.</summary>
    public double? EndedAfter { get; init; }

    /// <summary>True when the node got ready.</summary>
    public bool IsReady => Failure is null && Stages.Any(stage => stage.Name == "ready");

    /// <summary>The stages with the time that each took since the one before, in seconds.</summary>
    public IEnumerable<(KeptStage Stage, double Took)> Steps =>
        Stages.Select((stage, index) => (stage, index == 0 ? stage.Seconds : stage.Seconds - Stages[index - 1].Seconds));
}

/// <summary>A stage that a boot reached.</summary>
/// <param name="Name">The stage: <c>dhcp</c>.</param>
/// <param name="Seconds">When, since the machine was switched on.</param>
/// <param name="Source">Who saw it.</param>
/// <param name="Evidence">What was seen; null where nothing is kept.</param>
public sealed record KeptStage(string Name, double Seconds, string Source, string? Evidence)
{
    /// <summary>The request over HTTP and its answer; null where there was none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HttpExchange? Exchange { get; init; }
}
