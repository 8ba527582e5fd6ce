using System.Text.RegularExpressions;
using Lab.Emulation.Linux;
using Lab.Emulation.Services;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Emulation.Images;

/// <summary>What machines boot of a release of Talos.</summary>
/// <param name="version">Tag of the release: <c>v1.11.2</c>.</param>
/// <param name="architecture">The architecture of the machines that boot it.</param>
/// <param name="folders">Where it is kept.</param>
/// <param name="say">Gets the progress.</param>
/// <param name="source">Where releases are fetched from, see <see cref="TalosFiles.SourceVariable"/>; null for what the environment says.</param>
internal sealed partial class TalosRelease(string version, Architecture architecture, LabFolders folders, Action<string> say, string? source = null)
{
    private readonly string[] _names = [$"vmlinuz-{architecture.Id()}", $"initramfs-{architecture.Id()}.xz"];
    private readonly ImageFolders _images = new(folders, architecture);
    private readonly TalosFiles _files = new(version, say, source);

    /// <summary>The releases of arm64 have had this name before there were others.</summary>
    private readonly string _folder = architecture == Architecture.Arm64 ? version : $"{version}-{architecture.Id()}";

    /// <summary>Whether a text names a release.</summary>
    public static bool IsVersion(string text) => Version().IsMatch(text);

    /// <summary>The image, fetched when the cache does not hold it. A release never changes.</summary>
    /// <exception cref="LabException">It cannot be had.</exception>
    public async Task<NodeImage> GetAsync(CancellationToken cancellationToken)
    {
        await using var held = await _images.LockAsync(cancellationToken);
        if (!Directory.Exists(_images.Of(_folder)))
        {
            var work = _images.WorkOf(_folder);
            try
            {
                foreach (var name in _names.Where(name => !File.Exists(Path.Combine(work, name))))
                {
                    await _files.FetchAsync(name, Path.Combine(work, name), cancellationToken);
                }
            }
            catch (LabException e)
            {
                throw new LabException($"--image: {e.Message}", inner: e);
            }

            await _images.FinishAsync(_folder, $"Talos {version}", cancellationToken);
        }

        return await _images.OpenAsync(_folder, $"Talos {version}", cancellationToken) with
        {
            From = $"release of Talos from {_files.Host}, verified by its sums",
        };
    }

    [GeneratedRegex(@"\Av\d+\.\d+\.\d+(-(alpha|beta|rc)\.\d+)?\z")]
    private static partial Regex Version();
}
