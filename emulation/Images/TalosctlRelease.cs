using System.Runtime.InteropServices;
using Lab.Emulation.Linux;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Emulation.Images;

/// <summary>The program talosctl of a release of Talos, for this machine.</summary>
public static class TalosctlRelease
{
    private const string Name = "talosctl";

    private static string File =>
        $"{Name}-linux-{(RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64")}";

    /// <summary>The program if it was fetched before; null if not.</summary>
    public static string? Find(TalosVersion version, LabFolders folders) => System.IO.File.Exists(PathOf(version, folders)) ? PathOf(version, folders) : null;

    /// <summary>The program that a command names: the one that was fetched for a cluster, on a machine that has no talosctl.</summary>
    /// <param name="command">The command's first word.</param>
    /// <param name="version">The cluster's release; null for no cluster. Asked for only where that matters.</param>
    /// <param name="folders">Where it is kept.</param>
    public static string OfCommand(string command, Func<TalosVersion?> version, LabFolders folders) =>
        command == Name && ProgramPath.Find(command) is null && version() is { } release && Find(release, folders) is { } fetched ? fetched : command;

    /// <summary>The program, fetched when the cache does not hold it. A release never changes.</summary>
    /// <param name="version">The release.</param>
    /// <param name="folders">Where it is kept.</param>
    /// <param name="say">Gets the progress.</param>
    /// <param name="cancellationToken">Stops; what was fetched is kept.</param>
    /// <exception cref="LabException">It cannot be had (exit code 2).</exception>
    public static async Task<string> GetAsync(TalosVersion version, LabFolders folders, Action<string> say, CancellationToken cancellationToken)
    {
        var path = PathOf(version, folders);
        var folder = Directory.CreateDirectory(Path.GetDirectoryName(path)!).FullName;
        await using var held = await FileLock.TakeAsync(Path.Combine(folder, "lock"), cancellationToken);
        if (System.IO.File.Exists(path))
        {
            return path;
        }

        var files = new TalosFiles(version.Text, say, source: null);
        try
        {
            var fetched = Path.Combine(folder, File);
            await files.FetchAsync(File, fetched, cancellationToken);
            if (OperatingSystem.IsLinux())
            {
                System.IO.File.SetUnixFileMode(
                    fetched,
                    UnixFileMode.UserRead
                        | UnixFileMode.UserWrite
                        | UnixFileMode.UserExecute
                        | UnixFileMode.GroupRead
                        | UnixFileMode.GroupExecute
                        | UnixFileMode.OtherRead
                        | UnixFileMode.OtherExecute
                );
            }

            System.IO.File.Move(fetched, path);
            return path;
        }
        catch (LabException e)
        {
            throw new LabException(
                $"A cluster needs {Name}, which this machine lacks, and it cannot be fetched: {e.Message} Install {files.UrlOf(File)} as /usr/local/bin/{Name}, or name one with --{Name} or LAB_TALOSCTL.",
                exitCode: 2,
                inner: e
            );
        }
    }

    private static string PathOf(TalosVersion version, LabFolders folders) => Path.Combine(folders.Cache, "talos", $"{Name}-{version}", Name);
}
