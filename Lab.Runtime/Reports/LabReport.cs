using Lab.Model.Checks;
using Lab.Model.Running;

namespace Lab.Runtime.Reports;

/// <summary>What a run of a lab came to, for people and CI systems that were not there.</summary>
/// <param name="Lab">The lab's name.</param>
/// <param name="Time">When the status was last written.</param>
/// <param name="IsRunning">Whether the lab still runs.</param>
/// <param name="Nodes">Every node that was switched on, by name.</param>
public sealed record LabReport(string Lab, DateTimeOffset Time, bool IsRunning, IReadOnlyList<NodeReport> Nodes)
{
    /// <summary>What the run was made with: name and version.</summary>
    public IReadOnlyList<(string Name, string Version)> Versions { get; init; } = [];

    /// <summary>What <c>check</c> finds in the lab file.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary><c>2 of 3 nodes ready</c></summary>
    public string Result => ReadyCount.Of(Nodes.Count(node => node.IsReady), Nodes.Count);

    /// <summary>The report of a status.</summary>
    public static LabReport From(string lab, LabStatus status, DateTimeOffset time, bool isRunning) =>
        new(lab, time, isRunning, [.. status.Nodes.Select(node => NodeReport.From(node.Key, node.Value, status, isRunning))]);
}
