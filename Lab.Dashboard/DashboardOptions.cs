using Lab.Model.Definition;

namespace Lab.Dashboard;

/// <summary>What the dashboard is told by the host that shows it.</summary>
/// <param name="Lab">The definition of the running lab.</param>
/// <param name="Token">What the link of the first line holds; whoever has it may see and command the lab.</param>
public sealed record DashboardOptions(LabDefinition Lab, string Token)
{
    /// <summary>Endpoint of the lab's AWS emulator; null while there is none.</summary>
    public Func<Uri?> Emulator { get; init; } = () => null;
}
