using System.Text;
using CliWrap;
using CliWrap.Buffered;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Emulation.Linux;

/// <summary>Provides what is missing, where that can be done without asking.</summary>
/// <param name="folders">Where fetched packages are kept.</param>
/// <param name="say">Gets a line for what is done.</param>
/// <param name="servesOnly">True for a lab of real machines, which needs no QEMU and no emulator.</param>
/// <param name="kinds">What its machines are; null for arm64.</param>
public sealed class HostInstaller(LabFolders folders, Action<string> say, bool servesOnly = false, MachineKinds? kinds = null)
{
    private const int ExitCode = 2;

    private readonly HostRequirements _requirements = new(folders.Cache, servesOnly, kinds);

    /// <summary>The tools that a lab runs with, provided where they are missing.</summary>
    /// <param name="install">False forbids to install or download anything.</param>
    /// <param name="tryAgain">True also tries what has failed before and a lab can do without.</param>
    /// <param name="cancellationToken">Stops downloads.</param>
    /// <exception cref="LabException">Something is missing still; the message has the commands that provide it. Exit code 2.</exception>
    public async Task<HostTools> ProvideAsync(bool install, bool tryAgain, CancellationToken cancellationToken)
    {
        var missing = Missing();
        if (install && missing.Any(requirement => tryAgain || requirement is not EmulatorRequirement { HasFailed: true }))
        {
            // One at a time: labs that start together must not run apt against each other.
            Directory.CreateDirectory(folders.Cache);
            await using var held = await FileLock.TakeAsync(Path.Combine(folders.Cache, "install.lock"), cancellationToken);
            await InstallAsync(Missing(), cancellationToken);
            missing = Missing();
        }

        foreach (var optional in missing.Where(requirement => requirement.Optional))
        {
            say($"{optional.Name} is not there ({optional.Purpose}); the lab runs without it. It is provided by: {optional.Remedy}");
        }

        var required = missing.Where(requirement => !requirement.Optional).ToList();
        return required.Count == 0
            ? _requirements.Tools()
            : throw new LabException(
                string.Join(
                    '\n',
                    [
                        $"This machine lacks {string.Join(", ", required.Select(requirement => requirement.Name))}. To provide:",
                        .. required.Select(requirement => requirement.Remedy).Distinct().Select(remedy => $"  {remedy}"),
                    ]
                ),
                ExitCode
            );
    }

    private List<Requirement> Missing() => [.. _requirements.All.Where(requirement => requirement.Find() is null)];

    private async Task InstallAsync(List<Requirement> missing, CancellationToken cancellationToken)
    {
        if (missing.OfType<ProgramRequirement>().Select(requirement => requirement.Package).ToList() is { Count: > 0 } packages && CanInstall())
        {
            say($"Installing {string.Join(' ', packages)} (apt-get)");
            await AptGetAsync(["update"], cancellationToken);
            await AptGetAsync(["install", "--yes", "--no-install-recommends", .. packages], cancellationToken);
        }

        await FetchAsync(missing.OfType<PackageRequirement>(), cancellationToken);

        foreach (var emulator in missing.OfType<EmulatorRequirement>())
        {
            if (CanInstall())
            {
                say("Installing python3-venv (apt-get)");
                await AptGetAsync(["update"], cancellationToken);
                await AptGetAsync(["install", "--yes", "--no-install-recommends", "python3-venv"], cancellationToken);
            }

            say($"Installing moto into {folders.Cache} (pip)");
            if (await emulator.InstallAsync(cancellationToken) is { Installed: false, Output: var output })
            {
                say($"moto could not be installed: {output.Split('\n')[^1]}");
            }
        }
    }

    /// <summary>Unpacks packages into the cache; each once, also where several of its files are wanted.</summary>
    internal async Task FetchAsync(IEnumerable<PackageRequirement> missing, CancellationToken cancellationToken)
    {
        foreach (var release in missing.DistinctBy(requirement => requirement.Folder).GroupBy(requirement => requirement.Release))
        {
            var archive = await DebianArchive.OpenAsync(release.Key, folders.Cache, say, cancellationToken);
            say($"Fetching {string.Join(' ', release.Select(requirement => requirement.Package))} of Debian {release.Key} into {folders.Cache}");
            await archive.UpdateAsync(cancellationToken);
            foreach (var requirement in release)
            {
                var package = requirement.IsMeta ? await archive.FirstDependencyAsync(requirement.Package, cancellationToken) : requirement.Package;
                await archive.UnpackAsync(package, requirement.Folder, cancellationToken);
            }

            archive.Delete();
        }
    }

    private static bool CanInstall() => LinuxCalls.EffectiveUser() == 0 && ProgramRequirement.OnPath("apt-get") is not null;

    /// <summary>Interrupted, apt-get is asked to end and finishes the package that it is at; killed, it would leave dpkg half done.</summary>
    private static async Task AptGetAsync(string[] arguments, CancellationToken cancellationToken)
    {
        const string waitForOthers = "DPkg::Lock::Timeout=300";
        var result = await Cli.Wrap("apt-get")
            .WithArguments(["-o", waitForOthers, .. arguments])
            .WithEnvironmentVariables(variables => variables.Set("DEBIAN_FRONTEND", "noninteractive"))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(
                Encoding.UTF8,
                Encoding.UTF8,
                forcefulCancellationToken: CancellationToken.None,
                gracefulCancellationToken: cancellationToken
            );
        if (!result.IsSuccess)
        {
            throw new LabException($"apt-get {string.Join(' ', arguments)} failed: {result.StandardError.Trim()}", ExitCode);
        }
    }
}
