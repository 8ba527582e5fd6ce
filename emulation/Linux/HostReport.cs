using Lab.Model.Definition;

namespace Lab.Emulation.Linux;

/// <summary>One line of the doctor's report.</summary>
/// <param name="Name">What is needed.</param>
/// <param name="Purpose">What for.</param>
/// <param name="Found">Where it is; null when it is missing.</param>
/// <param name="Version">Its version; null when it is missing.</param>
/// <param name="Optional">True when a lab runs without it.</param>
/// <param name="Command">The command that provides it.</param>
public sealed record HostReportLine(string Name, string Purpose, string? Found, string? Version, bool Optional, string Command)
{
    /// <summary>The report for this machine.</summary>
    /// <param name="folders">Where fetched packages are.</param>
    /// <param name="kinds">What the machines are.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static Task<HostReportLine[]> AllAsync(LabFolders folders, MachineKinds kinds, CancellationToken cancellationToken) =>
        Task.WhenAll(new HostRequirements(folders.Cache, kinds: kinds).All.Select(requirement => OfAsync(requirement, cancellationToken)));

    private static async Task<HostReportLine> OfAsync(Requirement requirement, CancellationToken cancellationToken)
    {
        var found = requirement.Find();
        return new HostReportLine(
            requirement.Name,
            requirement.Purpose,
            found,
            found is null ? null : await requirement.VersionAsync(found, cancellationToken),
            requirement.Optional,
            requirement.Remedy
        );
    }
}
