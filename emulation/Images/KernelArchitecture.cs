using System.Buffers.Binary;
using Lab.Model;

namespace Lab.Emulation.Images;

/// <summary>Tells whether a kernel is one for arm64, by its header as an EFI program, which every kernel that iPXE boots has.</summary>
internal static class KernelArchitecture
{
    private const int HeaderOffset = 0x3c;
    private const ushort Arm64 = 0xaa64;
    private const ushort X64 = 0x8664;

    /// <summary>https://learn.microsoft.com/windows/win32/debug/pe-format: "MZ", the offset of "PE\0\0" at 0x3c, then the machine type.</summary>
    /// <exception cref="LabException">It is not for arm64.</exception>
    public static void MustBeArm64(string path, string source)
    {
        using var file = File.OpenRead(path);
        Span<byte> begin = stackalloc byte[HeaderOffset + 4];
        Span<byte> header = stackalloc byte[6];
        var isProgram = file.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false) == begin.Length && begin is [(byte)'M', (byte)'Z', ..];
        file.Position = isProgram ? BinaryPrimitives.ReadUInt32LittleEndian(begin[HeaderOffset..]) : 0;
        isProgram = isProgram && file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length && header is [(byte)'P', (byte)'E', 0, 0, ..];
        var machine = isProgram ? BinaryPrimitives.ReadUInt16LittleEndian(header[4..]) : 0;
        if (machine != Arm64)
        {
            throw new LabException($"--image: the kernel {Path.GetFileName(path)} of {source} is {(machine == X64 ? "for x86-64, not for arm64" : "no EFI program for arm64")}.");
        }
    }
}
