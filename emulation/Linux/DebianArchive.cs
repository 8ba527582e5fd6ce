using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;
using Lab.Model;

namespace Lab.Emulation.Linux;

/// <summary>
/// One release of Debian, read by apt with lists, keys and cache of its own below the lab's cache folder, for packages of another
/// architecture or of another release than the host's. apt verifies the archive's signature; packages are unpacked, never installed,
/// so the host's apt configuration and dpkg know nothing of it. Needs no root.
/// </summary>
/// <param name="release">The release: <c>trixie</c>.</param>
/// <param name="cache">The lab's cache folder.</param>
/// <param name="say">Gets a line for each package, and how its download goes on.</param>
internal sealed partial class DebianArchive(string release, string cache, Action<string> say)
{
    /// <summary>Overrides where the archive is fetched from: the URL of a Debian mirror.</summary>
    public const string MirrorVariable = "LAB_DEBIAN_MIRROR";

    private const string Keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    private readonly string _folder = Path.Combine(cache, "apt", release);

    /// <summary>The host's architecture in Debian's words.</summary>
    public static string HostArchitecture => RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64";

    /// <summary>Fetches the lists of packages.</summary>
    /// <exception cref="LabException">apt cannot be used, or the archive cannot be reached.</exception>
    public async Task UpdateAsync(CancellationToken cancellationToken)
    {
        string[] folders = ["lists/partial", "archives/partial", "parts"];
        foreach (var folder in folders)
        {
            Directory.CreateDirectory(Path.Combine(_folder, folder));
        }

        await File.WriteAllTextAsync(Path.Combine(_folder, "status"), "", cancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "sources.list"),
            $"deb [arch=arm64,amd64 signed-by={Keyring}] {await MirrorAsync(cancellationToken)} {release} main\n",
            cancellationToken
        );
        await File.WriteAllTextAsync(Path.Combine(_folder, "apt.conf"), await ConfigurationAsync(cancellationToken), cancellationToken);
        await AptAsync("apt-get", ["update", "--error-on=any"], cancellationToken);
    }

    /// <summary>Fetches a package and unpacks it.</summary>
    /// <param name="package">Name and architecture: <c>busybox-static:arm64</c>.</param>
    /// <param name="target">The folder that will hold the package's files and, in <c>.version</c>, its version; it appears when it is complete.</param>
    /// <param name="cancellationToken">Stops the download.</param>
    /// <exception cref="LabException">The package cannot be had.</exception>
    public async Task UnpackAsync(string package, string target, CancellationToken cancellationToken)
    {
        var work = $"{target}.{Environment.ProcessId}";
        try
        {
            Directory.CreateDirectory(work);
            await DownloadAsync(package, work, cancellationToken);
            var file = Directory.GetFiles(work, "*.deb").Single();
            var version = await RunAsync(Cli.Wrap("dpkg-deb").WithArguments(["--field", file, "Version"]), cancellationToken);
            await RunAsync(Cli.Wrap("dpkg-deb").WithArguments(["--extract", file, work]), cancellationToken);
            File.Delete(file);
            await File.WriteAllTextAsync(Path.Combine(work, ".version"), version.Trim(), cancellationToken);
            if (Directory.Exists(target))
            {
                Directory.Delete(target, recursive: true);
            }

            Directory.Move(work, target);
        }
        finally
        {
            if (Directory.Exists(work))
            {
                Directory.Delete(work, recursive: true);
            }
        }
    }

    private async Task DownloadAsync(string package, string folder, CancellationToken cancellationToken)
    {
        var size = Size().Match(await AptAsync("apt-get", ["download", "--print-uris", package], cancellationToken, folder));
        var bytes = size.Success ? long.Parse(size.Groups["bytes"].Value, CultureInfo.InvariantCulture) : (long?)null;
        say(FormattableString.Invariant($"Fetching {package}{(bytes is { } known ? $", {known / 1e6:0.0} MB" : "")}"));
        var progress = new DownloadProgress(package, bytes, say, TimeProvider.System);
        var download = AptAsync("apt-get", ["download", package], cancellationToken, folder);
        while (await Task.WhenAny(download, Task.Delay(PollInterval, cancellationToken)) != download)
        {
            progress.Note(new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length));
        }

        await download;
    }

    /// <summary>apt prints <c>'URL' FILE BYTES HASH</c>.</summary>
    [GeneratedRegex(@"^'[^']*' \S+ (?<bytes>\d{1,15})( |$)", RegexOptions.Multiline)]
    private static partial Regex Size();

    /// <summary>What a package of the release depends on first; for packages that only name the newest of a kind.</summary>
    public async Task<string> FirstDependencyAsync(string package, CancellationToken cancellationToken)
    {
        var output = await AptAsync("apt-cache", ["depends", "--important", package], cancellationToken);
        return output
                .Split('\n')
                .Select(line => line.Trim())
                .FirstOrDefault(line => line.StartsWith("Depends: ", StringComparison.Ordinal))
                ?["Depends: ".Length..]
            ?? throw new LabException($"The package {package} of Debian {release} names no other package.", exitCode: 2);
    }

    /// <summary>Removes the lists and apt's cache, some 150 MB; they are fetched again when they are needed again.</summary>
    public void Delete() => Directory.Delete(_folder, recursive: true);

    /// <summary>Where the host itself fetches Debian from, so that a mirror or a proxy that it uses is used here too.</summary>
    private static async Task<string> MirrorAsync(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(MirrorVariable) is { Length: > 0 } mirror)
        {
            return mirror;
        }

        var targets = await RunAsync(Cli.Wrap("apt-get").WithArguments(["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]), cancellationToken);
        return targets.Split('\n').Select(line => line.Trim().TrimEnd('/')).FirstOrDefault(uri => uri.EndsWith("/debian", StringComparison.Ordinal))
            ?? throw new LabException(
                $"apt on this machine knows no Debian archive. Set {MirrorVariable} to a mirror from https://www.debian.org/mirror/list and install the package debian-archive-keyring.",
                exitCode: 2
            );
    }

    /// <summary>The host's settings for the network (proxies, certificates) with folders of our own; none of its hooks.</summary>
    private async Task<string> ConfigurationAsync(CancellationToken cancellationToken)
    {
        var host = await RunAsync(Cli.Wrap("apt-config").WithArguments(["dump"]), cancellationToken);
        return string.Join(
            '\n',
            [
                .. host.Split('\n')
                    .Where(line =>
                        line.StartsWith("Acquire::", StringComparison.Ordinal) && !line.StartsWith("Acquire::IndexTargets", StringComparison.Ordinal)
                    ),
                $"Dir::Etc::sourcelist \"{_folder}/sources.list\";",
                "Dir::Etc::sourceparts \"-\";",
                $"Dir::Etc::parts \"{_folder}/parts\";",
                "Dir::Etc::main \"-\";",
                $"Dir::State \"{_folder}\";",
                $"Dir::State::status \"{_folder}/status\";",
                $"Dir::Cache \"{_folder}\";",
                "APT::Architecture \"arm64\";",
                "APT::Architectures { \"arm64\"; \"amd64\"; };",
                "APT::Sandbox::User \"\";",
                "Acquire::Languages \"none\";",
                "",
            ]
        );
    }

    private Task<string> AptAsync(string program, string[] arguments, CancellationToken cancellationToken, string? folder = null)
    {
        var command = Cli.Wrap(program)
            .WithArguments(arguments)
            .WithEnvironmentVariables(variables => variables.Set("APT_CONFIG", Path.Combine(_folder, "apt.conf")).Set("LC_ALL", "C"));
        return RunAsync(folder is null ? command : command.WithWorkingDirectory(folder), cancellationToken);
    }

    private static async Task<string> RunAsync(Command command, CancellationToken cancellationToken)
    {
        try
        {
            var result = await command.WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellationToken);
            return result.IsSuccess
                ? result.StandardOutput
                : throw new LabException($"{command.TargetFilePath} {command.Arguments} failed: {result.StandardError.Trim()}", exitCode: 2);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new LabException(
                $"{command.TargetFilePath} is not on this machine; the lab's packages are fetched with apt, on Debian and its relatives.",
                exitCode: 2,
                e
            );
        }
    }
}
