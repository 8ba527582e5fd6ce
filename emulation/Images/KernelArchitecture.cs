using System.Buffers.Binary;
using Lab.Model;

namespace Lab.Emulation.Images;

/// <summary>Tells whether a kernel is one for arm64, by its header as an EFI program, which every kernel that iPXE boots has.</summary>
internal static class KernelArchitecture
{
    private const int HeaderOffset = 0x3c;
    private const ushort Arm64 = 0xaa64;
    private const ushort X64 = 0x8664;

    /// <summary>What compressed files begin with (file(1), magic).</summary>
    private static readonly (byte[] Mark, string Format, string Command)[] Compressed =
    [
        ([0x1f, 0x8b], "gzip", "gunzip"),
        ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "xz", "unxz"),
        ([0x28, 0xb5, 0x2f, 0xfd], "zstd", "unzstd"),
        ([0x04, 0x22, 0x4d, 0x18], "lz4", "unlz4"),
        ([0x42, 0x5a, 0x68], "bzip2", "bunzip2"),
    ];

    /// <summary>https://learn.microsoft.com/windows/win32/debug/pe-format: "MZ", the offset of "PE\0\0" at 0x3c, then the machine type.</summary>
    /// <exception cref="LabException">It is not for arm64.</exception>
    public static void MustBeArm64(string path, string source)
    {
        using var file = File.OpenRead(path);
        Span<byte> begin = stackalloc byte[HeaderOffset + 4];
        Span<byte> header = stackalloc byte[6];
        var isProgram = file.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false) == begin.Length && begin is [(byte)'M', (byte)'Z', ..];
        file.Position = isProgram ? BinaryPrimitives.ReadUInt32LittleEndian(begin[HeaderOffset..]) : 0;
        isProgram =
            isProgram && file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length && header is [(byte)'P', (byte)'E', 0, 0, ..];
        var machine = isProgram ? BinaryPrimitives.ReadUInt16LittleEndian(header[4..]) : 0;
        if (machine != Arm64)
        {
            throw new LabException($"--image: the kernel {Path.GetFileName(path)} of {source} is {What(machine, begin)}.");
        }
    }

    private static string What(int machine, ReadOnlySpan<byte> begin)
    {
        if (machine == X64)
        {
            return "for x86-64, not for arm64";
        }

        foreach (var (mark, format, command) in Compressed)
        {
            if (begin.StartsWith(mark))
            {
                return $"compressed with {format}, which firmware cannot start. Decompress it: {command}";
            }
        }

        return "no EFI program for arm64";
    }
}
