using Lab.Dashboard.Access;
using Lab.Model.Definition;

namespace Lab.Dashboard;

/// <summary>What the dashboard is told by the host that shows it.</summary>
/// <param name="Lab">The definition of the running lab.</param>
/// <param name="Key">What makes the links that open it; whoever has one may see and command the lab.</param>
public sealed record DashboardOptions(LabDefinition Lab, DashboardKey Key)
{
    /// <summary>Path of the lab file; null where there is none.</summary>
    public string? LabFile { get; init; }
}
