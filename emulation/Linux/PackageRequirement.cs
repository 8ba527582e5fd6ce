using Lab.Model;

namespace Lab.Emulation.Linux;

/// <summary>A file of a Debian package that is unpacked into the lab's cache, because the host cannot or should not install it.</summary>
/// <param name="Name">What it is called in output.</param>
/// <param name="Purpose">What the lab does with it.</param>
/// <param name="Release">The Debian release that is known to have what the lab needs.</param>
/// <param name="Package">Name and architecture.</param>
/// <param name="Pattern">Folder and name pattern of the file inside the package.</param>
/// <param name="Cache">The lab's cache folder.</param>
internal sealed record PackageRequirement(string Name, string Purpose, string Release, string Package, (string Folder, string File) Pattern, string Cache)
    : Requirement(Name, Purpose)
{
    /// <summary>Where the host itself may have it.</summary>
    public string[] HostCandidates { get; init; } = [];

    /// <summary>True when the package only names the one that has the file.</summary>
    public bool IsMeta { get; init; }

    /// <summary>The folder that the package is unpacked to.</summary>
    public string Folder => Path.Combine(Cache, "packages", $"{Release}-{Package.Replace(':', '-')}");

    /// <inheritdoc />
    public override string Remedy => LabCommand.Line("doctor --install");

    /// <inheritdoc />
    public override string? Find()
    {
        if (HostCandidates.Select(ProgramOrFile).FirstOrDefault(path => path is not null) is { } onHost)
        {
            return onHost;
        }

        var folder = Path.Combine(Folder, Pattern.Folder);
        return Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder, Pattern.File).Order(StringComparer.Ordinal).LastOrDefault() : null;
    }

    /// <inheritdoc />
    public override Task<string> VersionAsync(string path, CancellationToken cancellationToken) =>
        path.StartsWith(Folder, StringComparison.Ordinal)
            ? File.ReadAllTextAsync(Path.Combine(Folder, ".version"), cancellationToken)
            : Task.FromResult("the host's");

    private static string? ProgramOrFile(string candidate) =>
        Path.IsPathRooted(candidate) ? (File.Exists(candidate) ? candidate : null) : ProgramRequirement.OnPath(candidate);
}
