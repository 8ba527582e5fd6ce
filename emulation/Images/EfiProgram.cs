using System.Buffers.Binary;
using System.Text;

namespace Lab.Emulation.Images;

/// <summary>
/// The headers of an EFI program: a PE file (https://learn.microsoft.com/windows/win32/debug/pe-format). A kernel's has fewer data
/// directories than .NET's PEReader takes for granted, so the sections are found by the size that the header states.
/// </summary>
/// <param name="Machine">What it is for, see <see cref="Arm64"/>.</param>
/// <param name="Sections">Its sections, in their order.</param>
internal sealed record EfiProgram(ushort Machine, IReadOnlyList<EfiSection> Sections)
{
    /// <summary>The machine type of arm64.</summary>
    public const ushort Arm64 = 0xaa64;

    /// <summary>The machine type of x86-64.</summary>
    public const ushort Amd64 = 0x8664;

    private const int HeaderOffset = 0x3c;
    private const int CoffHeader = 24;
    private const int SectionHeader = 40;

    /// <summary>The headers of a file; null for a file that is not an EFI program.</summary>
    /// <exception cref="EndOfStreamException">The file ends in the middle of its headers.</exception>
    public static EfiProgram? Read(Stream file)
    {
        Span<byte> begin = stackalloc byte[HeaderOffset + 4];
        Span<byte> coff = stackalloc byte[CoffHeader];
        file.Position = 0;
        if (file.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false) < begin.Length || begin is not [(byte)'M', (byte)'Z', ..])
        {
            return null;
        }

        var header = BinaryPrimitives.ReadUInt32LittleEndian(begin[HeaderOffset..]);
        file.Position = header;
        if (file.ReadAtLeast(coff, coff.Length, throwOnEndOfStream: false) < coff.Length || coff is not [(byte)'P', (byte)'E', 0, 0, ..])
        {
            return null;
        }

        var sections = new byte[SectionHeader * BinaryPrimitives.ReadUInt16LittleEndian(coff[6..])];
        file.Position = header + CoffHeader + BinaryPrimitives.ReadUInt16LittleEndian(coff[20..]);
        file.ReadExactly(sections);
        return new EfiProgram(
            BinaryPrimitives.ReadUInt16LittleEndian(coff[4..]),
            [.. sections.Chunk(SectionHeader).Select(section => EfiSection.Parse(section))]
        );
    }
}

/// <summary>A section of an EFI program.</summary>
/// <param name="Name">Its name: <c>.linux</c>.</param>
/// <param name="Offset">Where in the file it begins.</param>
/// <param name="Length">Bytes of content.</param>
/// <param name="End">Where in the file it ends, filling included.</param>
internal sealed record EfiSection(string Name, long Offset, long Length, long End)
{
    /// <summary>Reads a section's header. In the file a section is filled up to a multiple of the alignment; in memory it has the length that it really has.</summary>
    public static EfiSection Parse(ReadOnlySpan<byte> header)
    {
        var (inMemory, inFile, offset) = (UInt32(header[8..]), UInt32(header[16..]), UInt32(header[20..]));
        return new(Encoding.ASCII.GetString(header[..8]).TrimEnd('\0'), offset, inMemory == 0 ? inFile : Math.Min(inMemory, inFile), (long)offset + inFile);
    }

    private static uint UInt32(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
