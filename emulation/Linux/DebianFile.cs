using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Lab.Model;
using SharpCompress.Compressors.Xz;
using ZstdSharp;

namespace Lab.Emulation.Linux;

/// <summary>A package file of Debian (deb(5)): an ar archive whose member <c>data.tar</c> has the files.</summary>
internal static class DebianFile
{
    private const string Data = "data.tar";
    private const int HeaderLength = 60;
    private const int MagicLength = 8;

    /// <summary>Unpacks its files into a folder.</summary>
    /// <exception cref="LabException">It is no such file.</exception>
    public static void Extract(Stream file, string folder)
    {
        var header = new byte[HeaderLength];
        file.Position = MagicLength;
        while (file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) == HeaderLength)
        {
            var name = Encoding.ASCII.GetString(header, 0, 16).TrimEnd(' ', '/');
            if (!long.TryParse(Encoding.ASCII.GetString(header, 48, 10).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            {
                break;
            }

            if (name.StartsWith(Data, StringComparison.Ordinal))
            {
                using var content = Decompress(file, name[Data.Length..]);
                Unpack(content, folder);
                return;
            }

            // Members begin at even offsets.
            file.Position += length + (length & 1);
        }

        throw new LabException("A package of Debian has no files.", exitCode: 2);
    }

    private static Stream Decompress(Stream packed, string ending) =>
        ending switch
        {
            "" => packed,
            ".gz" => new GZipStream(packed, CompressionMode.Decompress),
            ".xz" => new XZStream(packed),
            ".zst" => new DecompressionStream(packed),
            _ => throw new LabException($"A package of Debian has its files as {Data}{ending}, which is not known here.", exitCode: 2),
        };

    /// <summary>Links may lead anywhere, as those of an installed package do; files are only written below the folder.</summary>
    private static void Unpack(Stream content, string folder)
    {
        var root = Path.GetFullPath(folder) + Path.DirectorySeparatorChar;
        string Inside(string name) =>
            Path.GetFullPath(Path.Combine(root, name.TrimStart('/'))) is var path
            && (path + Path.DirectorySeparatorChar).StartsWith(root, StringComparison.Ordinal)
                ? path
                : throw new LabException($"A package of Debian has a file outside of it: {name}", exitCode: 2);
        using var tar = new TarReader(content);
        while (tar.GetNextEntry() is { } entry)
        {
            var path = Inside(entry.Name);
            switch (entry.EntryType)
            {
                case TarEntryType.Directory:
                    Directory.CreateDirectory(path);
                    break;
                case TarEntryType.SymbolicLink:
                    File.CreateSymbolicLink(path, entry.LinkName);
                    break;
                case TarEntryType.HardLink:
                    File.Copy(Inside(entry.LinkName), path);
                    break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile:
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    entry.ExtractToFile(path, overwrite: false);
                    break;
            }
        }
    }
}
