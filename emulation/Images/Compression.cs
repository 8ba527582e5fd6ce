using System.IO.Compression;
using ZstdSharp;

namespace Lab.Emulation.Images;

/// <summary>How a file is compressed, by its first bytes (file(1), magic).</summary>
/// <param name="Name">As the kernel's build names it: <c>gzip</c>.</param>
/// <param name="Command">The program that decompresses it.</param>
/// <param name="Magic">What it begins with.</param>
/// <param name="Open">Reads what it holds; null for what Lab does not decompress.</param>
internal sealed record Compression(string Name, string Command, byte[] Magic, Func<Stream, Stream>? Open = null)
{
    private const int LongestMagic = 6;

    private static readonly Compression[] All =
    [
        new("gzip", "gunzip", [0x1f, 0x8b], file => new GZipStream(file, CompressionMode.Decompress)),
        new("zstd", "unzstd", [0x28, 0xb5, 0x2f, 0xfd], file => new DecompressionStream(file)),
        new("xz", "unxz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]),
        new("lz4", "unlz4", [0x04, 0x22, 0x4d, 0x18]),
        new("lz4", "unlz4", [0x02, 0x21, 0x4c, 0x18]),
        new("bzip2", "bunzip2", [0x42, 0x5a, 0x68]),
    ];

    /// <summary>How a file is compressed from where it stands, which it is left at; null when it is not.</summary>
    public static Compression? Of(Stream file)
    {
        Span<byte> begin = stackalloc byte[LongestMagic];
        var start = file.Position;
        begin = begin[..file.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false)];
        file.Position = start;
        foreach (var compression in All)
        {
            if (begin.StartsWith(compression.Magic))
            {
                return compression;
            }
        }

        return null;
    }

    /// <summary>The one of that name, if Lab decompresses it; null for another.</summary>
    public static Compression? Named(string name) => All.FirstOrDefault(compression => compression.Name == name && compression.Open is not null);

    /// <summary>Whether an exception says that what was to be decompressed is damaged or ends too early.</summary>
    public static bool IsDamage(Exception e) => e is InvalidDataException or EndOfStreamException or ZstdException;
}
