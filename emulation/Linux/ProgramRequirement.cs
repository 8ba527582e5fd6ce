using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;

namespace Lab.Emulation.Linux;

/// <summary>A program of a package that the host's own package manager installs.</summary>
/// <param name="Name">What it is called in output.</param>
/// <param name="Purpose">What the lab does with it.</param>
/// <param name="Package">The Debian package.</param>
/// <param name="Program">The program's name.</param>
/// <param name="VersionArgument">Makes the program print its version.</param>
internal sealed partial record ProgramRequirement(string Name, string Purpose, string Package, string Program, string VersionArgument)
    : Requirement(Name, Purpose)
{
    /// <inheritdoc />
    public override string Remedy => PackageManager.OfHost.Install(Package);

    /// <inheritdoc />
    public override string? Find() => OnPath(Program);

    /// <inheritdoc />
    public override async Task<string> VersionAsync(string path, CancellationToken cancellationToken)
    {
        var result = await Cli.Wrap(path).WithArguments([VersionArgument]).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellationToken);
        return VersionNumber().Match(result.StandardOutput + result.StandardError) is { Success: true } match ? match.Value : "unknown";
    }

    /// <summary>The program's path, see <see cref="ProgramPath"/>.</summary>
    public static string? OnPath(string program) => ProgramPath.Find(program);

    [GeneratedRegex(@"\d+[.:\d][\w.+:~-]*")]
    private static partial Regex VersionNumber();
}
