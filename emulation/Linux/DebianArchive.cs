using System.Runtime.InteropServices;
using Lab.Model;

namespace Lab.Emulation.Linux;

/// <summary>
/// One release of Debian, for packages of another architecture or of another release than the host's. Its signature is verified; packages
/// are unpacked into the lab's cache, never installed, so the host's package manager knows nothing of it. Needs no root.
/// </summary>
/// <param name="say">Gets a line for each package, and how its download goes on.</param>
internal abstract class DebianArchive(Action<string> say)
{
    /// <summary>Overrides where the archive is fetched from: the URL of a Debian mirror.</summary>
    public const string MirrorVariable = "LAB_DEBIAN_MIRROR";

    /// <summary>The host's architecture in Debian's words.</summary>
    public static string HostArchitecture => RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64";

    /// <summary>Reads a release with the host's apt and its settings (mirror, proxies, certificates) where apt knows Debian, else over HTTP.</summary>
    /// <param name="release">The code name.</param>
    /// <param name="cache">The lab's cache folder.</param>
    /// <param name="say">Gets a line for each package, and how its download goes on.</param>
    /// <param name="cancellationToken">Stops asking apt.</param>
    public static async Task<DebianArchive> OpenAsync(string release, string cache, Action<string> say, CancellationToken cancellationToken) =>
        await AptArchive.MirrorAsync(cancellationToken) is { } mirror ? new AptArchive(release, cache, mirror, say) : new SignedArchive(release, say);

    /// <summary>Fetches the lists of packages.</summary>
    /// <exception cref="LabException">The archive cannot be reached, or is not Debian's.</exception>
    public abstract Task UpdateAsync(CancellationToken cancellationToken);

    /// <summary>What a package of the release depends on first; for packages that only name the newest of a kind.</summary>
    public abstract Task<string> FirstDependencyAsync(string package, CancellationToken cancellationToken);

    /// <summary>Removes the lists of packages; they are fetched again when they are needed again.</summary>
    public abstract void Delete();

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
            var version = await FetchAsync(package, work, cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(work, ".version"), version, cancellationToken);
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

    /// <summary>Says that the download of a package begins.</summary>
    /// <returns>Says how it goes on.</returns>
    protected DownloadProgress Begin(string package, long? bytes)
    {
        say(FormattableString.Invariant($"Fetching {package}{(bytes is { } known ? $", {known / 1e6:0.0} MB" : "")}"));
        return new(package, bytes, say, TimeProvider.System);
    }

    /// <summary>Unpacks a package.</summary>
    /// <returns>Its version.</returns>
    protected abstract Task<string> FetchAsync(string package, string folder, CancellationToken cancellationToken);
}
