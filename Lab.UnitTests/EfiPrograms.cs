using System.Text;

namespace Lab.UnitTests;

/// <summary>EFI programs as the builds of kernels and of unified kernel images make them.</summary>
internal static class EfiPrograms
{
    public const ushort Arm64 = 0xaa64;

    private const int Header = 0x40,
        OptionalHeader = 112 + 6 * 8,
        Sections = Header + 24 + OptionalHeader,
        SectionHeader = 40,
        Alignment = 512;

    /// <summary>A program with six data directories, as a kernel has. Its sections are filled up to the alignment, and in memory have their own length.</summary>
    public static byte[] Build(ushort machine, params (string Name, byte[] Content)[] sections)
    {
        using var program = new MemoryStream();
        var begin = new byte[Filled(Sections + SectionHeader * sections.Length)];
        "MZ"u8.CopyTo(begin);
        BitConverter.TryWriteBytes(begin.AsSpan(0x3c), Header);
        "PE\0\0"u8.CopyTo(begin.AsSpan(Header));
        BitConverter.TryWriteBytes(begin.AsSpan(Header + 4), machine);
        BitConverter.TryWriteBytes(begin.AsSpan(Header + 6), (ushort)sections.Length);
        BitConverter.TryWriteBytes(begin.AsSpan(Header + 20), (ushort)OptionalHeader);
        var offset = begin.Length;
        for (var i = 0; i < sections.Length; i++)
        {
            var header = begin.AsSpan(Sections + SectionHeader * i);
            var length = sections[i].Content.Length;
            Encoding.ASCII.GetBytes(sections[i].Name).CopyTo(header);
            BitConverter.TryWriteBytes(header[8..], length);
            BitConverter.TryWriteBytes(header[16..], Filled(length));
            BitConverter.TryWriteBytes(header[20..], offset);
            offset += Filled(length);
        }

        program.Write(begin);
        foreach (var (_, content) in sections)
        {
            program.Write(content);
            program.Write(new byte[Filled(content.Length) - content.Length]);
        }

        return program.ToArray();
    }

    private static int Filled(int length) => (length + Alignment - 1) / Alignment * Alignment;
}
