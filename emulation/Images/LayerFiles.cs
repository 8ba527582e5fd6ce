using System.Formats.Tar;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Emulation.Images;

/// <summary>Reads files out of an image's layer, a tar archive, without unpacking the rest.</summary>
internal static class LayerFiles
{
    private const string Whiteout = ".wh.";

    private static readonly Dictionary<Architecture, string[]> Names = new()
    {
        [Architecture.Arm64] = ["arm64", "aarch64"],
        [Architecture.Amd64] = ["amd64", "x86_64"],
    };

    /// <summary>
    /// Takes the files that look like a Talos's kernel and initramfs, whatever folder they are in, into one folder; those of a lower
    /// layer are replaced, or removed where the layer says so.
    /// </summary>
    /// <exception cref="LabException">The file is no tar archive.</exception>
    public static async Task TakeBootFilesAsync(string layer, string folder, Architecture architecture, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(layer);
        var others = Names.Where(other => other.Key != architecture).SelectMany(other => other.Value).ToList();
        try
        {
            await using var archive = Decompress(file);
            await using var reader = new TarReader(archive);
            while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                var name = Path.GetFileName(entry.Name);
                if (name.StartsWith(Whiteout, StringComparison.Ordinal) && TalosFolder.IsBootFile(name[Whiteout.Length..], architecture))
                {
                    File.Delete(Path.Combine(folder, name[Whiteout.Length..]));
                }
                else if (
                    TalosFolder.IsBootFile(name, architecture)
                    && !others.Any(entry.Name.Contains)
                    && entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile
                    && entry.DataStream is { } data
                )
                {
                    await using var target = File.Create(Path.Combine(folder, name));
                    await BoundedCopy.RunAsync(data, target, $"--image: {name} in a layer", cancellationToken);
                }
            }
        }
        catch (Exception e) when (Compression.IsDamage(e) || e is FormatException)
        {
            throw new LabException($"--image: a layer is no tar archive that can be read: {e.Message}", inner: e);
        }
    }

    /// <summary>By the first bytes, not by the media type, which says less than the truth in images of some builders.</summary>
    private static Stream Decompress(FileStream file) => Compression.Of(file) is { Open: { } open } ? open(file) : file;
}
