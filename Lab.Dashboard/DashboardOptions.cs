using Lab.Model.Definition;

namespace Lab.Dashboard;

/// <summary>What the dashboard is told by the host that shows it.</summary>
/// <param name="Lab">The definition of the running lab.</param>
/// <param name="Token">What the login link holds; whoever has it may see and command the lab.</param>
public sealed record DashboardOptions(LabDefinition Lab, string Token);
