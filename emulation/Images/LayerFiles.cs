using System.Formats.Tar;
using System.IO.Compression;
using Lab.Model;
using ZstdSharp;

namespace Lab.Emulation.Images;

/// <summary>Reads files out of an image's layer, a tar archive, without unpacking the rest.</summary>
internal static class LayerFiles
{
    private const long LargestBootFile = 2L << 30;

    private const string Whiteout = ".wh.";

    private static readonly string[] OtherArchitectures = ["amd64", "x86_64"];

    /// <summary>
    /// Takes the files that look like a Talos's kernel and initramfs, whatever folder they are in, into one folder; those of a lower
    /// layer are replaced, or removed where the layer says so.
    /// </summary>
    /// <exception cref="LabException">The file is no tar archive.</exception>
    public static async Task TakeBootFilesAsync(string layer, string folder, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(layer);
        try
        {
            await using var archive = Decompress(file);
            await using var reader = new TarReader(archive);
            while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                var name = Path.GetFileName(entry.Name);
                if (name.StartsWith(Whiteout, StringComparison.Ordinal) && TalosFolder.IsBootFile(name[Whiteout.Length..]))
                {
                    File.Delete(Path.Combine(folder, name[Whiteout.Length..]));
                }
                else if (
                    TalosFolder.IsBootFile(name)
                    && !OtherArchitectures.Any(entry.Name.Contains)
                    && entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile
                    && entry.DataStream is { } data
                )
                {
                    await using var target = File.Create(Path.Combine(folder, name));
                    await CopyAsync(data, target, name, cancellationToken);
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or ZstdException)
        {
            throw new LabException($"--image: a layer is no tar archive that can be read: {e.Message}", inner: e);
        }
    }

    /// <summary>A layer of a few kilobytes can hold a file that fills the disk.</summary>
    private static async Task CopyAsync(Stream data, FileStream target, string name, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (await data.ReadAsync(buffer, cancellationToken) is > 0 and var length)
        {
            if (target.Length + length > LargestBootFile)
            {
                await target.DisposeAsync();
                File.Delete(target.Name);
                throw new LabException($"--image: {name} in a layer is larger than {LargestBootFile >> 20} MiB, which no kernel or initramfs is.");
            }

            await target.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
        }
    }

    /// <summary>By the first bytes, not by the media type, which says less than the truth in images of some builders.</summary>
    private static Stream Decompress(FileStream file)
    {
        Span<byte> magic = stackalloc byte[4];
        var length = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return magic[..length] switch
        {
            [0x1f, 0x8b, ..] => new GZipStream(file, CompressionMode.Decompress),
            [0x28, 0xb5, 0x2f, 0xfd] => new DecompressionStream(file),
            _ => file,
        };
    }
}
