using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;

namespace Lab.Emulation.Host;

/// <summary>A program or file of a package that the host's own package manager installs.</summary>
/// <param name="Name">What it is called in output.</param>
/// <param name="Purpose">What the lab does with it.</param>
/// <param name="Package">The Debian package.</param>
/// <param name="Candidates">A program's name, or absolute paths; the first that exists is taken.</param>
/// <param name="VersionArgument">Makes the program print its version; null for a file, whose package is asked instead.</param>
public sealed partial record ProgramRequirement(string Name, string Purpose, string Package, string[] Candidates, string? VersionArgument)
    : Requirement(Name, Purpose)
{
    private static readonly string[] SystemFolders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <inheritdoc />
    public override string Remedy => $"apt-get install --no-install-recommends {Package}";

    /// <inheritdoc />
    public override string? Find() => Candidates.Select(candidate => Path.IsPathRooted(candidate) ? (File.Exists(candidate) ? candidate : null) : OnPath(candidate)).FirstOrDefault(path => path is not null);

    /// <inheritdoc />
    public override async Task<string> VersionAsync(string path, CancellationToken cancellationToken)
    {
        var command = VersionArgument is null
            ? Cli.Wrap("dpkg-query").WithArguments(["--show", "--showformat", "${Version}", Package])
            : Cli.Wrap(path).WithArguments([VersionArgument]);
        var result = await command.WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellationToken);
        return VersionNumber().Match(result.StandardOutput + result.StandardError) is { Success: true } match ? match.Value : "unknown";
    }

    /// <summary>Looks for a program on PATH and in the system's folders, which the PATH of an ordinary user does not always hold.</summary>
    public static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Concat(SystemFolders)
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    [GeneratedRegex(@"\d+[.:\d][\w.+:~-]*")]
    private static partial Regex VersionNumber();
}
