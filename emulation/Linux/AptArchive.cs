using System.Globalization;
using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;
using Lab.Model;

namespace Lab.Emulation.Linux;

/// <summary>
/// A release of Debian read by apt, with lists, keys and cache of its own below the lab's cache folder, for packages of another
/// architecture or of another release than the host's. apt verifies the archive's signature; packages are unpacked, never installed,
/// so the host's apt configuration and dpkg know nothing of it. Needs no root.
/// </summary>
internal sealed partial class AptArchive(string release, string cache, string mirror, Action<string> say) : DebianArchive(say)
{
    private const string Keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

    private static readonly string[] Programs = ["apt-get", "apt-cache", "apt-config", "dpkg-deb"];

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    private readonly string _folder = Path.Combine(cache, "apt", release);

    /// <inheritdoc />
    public override async Task UpdateAsync(CancellationToken cancellationToken)
    {
        string[] folders = ["lists/partial", "archives/partial", "parts"];
        foreach (var folder in folders)
        {
            Directory.CreateDirectory(Path.Combine(_folder, folder));
        }

        await File.WriteAllTextAsync(Path.Combine(_folder, "status"), "", cancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "sources.list"),
            $"deb [arch=arm64,amd64 signed-by={Keyring}] {mirror} {release} main\n",
            cancellationToken
        );
        await File.WriteAllTextAsync(Path.Combine(_folder, "apt.conf"), await ConfigurationAsync(cancellationToken), cancellationToken);
        await AptAsync("apt-get", ["update", "--error-on=any"], cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task<string> FetchAsync(string package, string folder, CancellationToken cancellationToken)
    {
        await DownloadAsync(package, folder, cancellationToken);
        var file = Directory.GetFiles(folder, "*.deb").Single();
        var version = await RunAsync(Cli.Wrap("dpkg-deb").WithArguments(["--field", file, "Version"]), cancellationToken);
        await RunAsync(Cli.Wrap("dpkg-deb").WithArguments(["--extract", file, folder]), cancellationToken);
        File.Delete(file);
        return version.Trim();
    }

    /// <inheritdoc />
    public override async Task<string> FirstDependencyAsync(string package, CancellationToken cancellationToken)
    {
        var output = await AptAsync("apt-cache", ["depends", "--important", package], cancellationToken);
        return output
                .Split('\n')
                .Select(line => line.Trim())
                .FirstOrDefault(line => line.StartsWith("Depends: ", StringComparison.Ordinal))
                ?["Depends: ".Length..]
            ?? throw new LabException($"The package {package} of Debian {release} names no other package.", exitCode: 2);
    }

    /// <inheritdoc />
    public override void Delete() => Directory.Delete(_folder, recursive: true);

    private async Task DownloadAsync(string package, string folder, CancellationToken cancellationToken)
    {
        var size = Size().Match(await AptAsync("apt-get", ["download", "--print-uris", package], cancellationToken, folder));
        var progress = Begin(package, size.Success ? long.Parse(size.Groups["bytes"].Value, CultureInfo.InvariantCulture) : null);
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

    /// <summary>Where the host itself fetches Debian from, so that a mirror or a proxy that it uses is used here too; null where there is no apt that knows Debian.</summary>
    public static async Task<string?> MirrorAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(Keyring) || Programs.Any(program => ProgramPath.Find(program) is null))
        {
            return null;
        }

        if (Environment.GetEnvironmentVariable(MirrorVariable) is { Length: > 0 } mirror)
        {
            return mirror;
        }

        var targets = await RunAsync(Cli.Wrap("apt-get").WithArguments(["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]), cancellationToken);
        return targets.Split('\n').Select(line => line.Trim().TrimEnd('/')).FirstOrDefault(uri => uri.EndsWith("/debian", StringComparison.Ordinal));
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
            throw new LabException($"{command.TargetFilePath} cannot be started: {e.Message}", exitCode: 2, e);
        }
    }
}
