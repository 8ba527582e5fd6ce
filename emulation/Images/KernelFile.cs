using System.Buffers.Binary;
using Lab.Model;
using Lab.Model.Definition;

namespace Lab.Emulation.Images;

/// <summary>Whether a file is a kernel that the firmware of a machine starts: a complete EFI program for its architecture, as every kernel is that iPXE boots.</summary>
internal static class KernelFile
{
    /// <summary>Machine types of PE files (https://learn.microsoft.com/windows/win32/debug/pe-format#machine-types).</summary>
    private static readonly Dictionary<ushort, string> EfiMachines = new()
    {
        [0x14c] = "32-bit x86",
        [EfiProgram.Amd64] = "amd64",
        [EfiProgram.Arm64] = "arm64",
        [0x1c0] = "32-bit ARM",
        [0x1c2] = "32-bit ARM",
        [0x5032] = "32-bit RISC-V",
        [0x5064] = "RISC-V",
        [0x6264] = "LoongArch",
    };

    /// <summary>https://docs.kernel.org/arch/arm64/booting.html: at 56 of the header of every kernel for arm64.</summary>
    private static readonly (int Offset, byte[] Magic) Arm64Image = (56, "ARM\x64"u8.ToArray());

    /// <summary>https://docs.kernel.org/arch/x86/boot.html: at 0x202 of a bzImage.</summary>
    private static readonly (int Offset, byte[] Magic) X86Image = (0x202, "HdrS"u8.ToArray());

    /// <summary>Refuses what the firmware could not start.</summary>
    /// <exception cref="LabException">It is not a complete kernel for the architecture.</exception>
    public static void MustBeFor(Architecture architecture, string path, ImageSource source)
    {
        using var file = File.OpenRead(path);
        if (Problem(file, architecture) is { } problem)
        {
            throw source.Error("kernel", path, problem);
        }
    }

    private static string? Problem(FileStream file, Architecture architecture)
    {
        try
        {
            return EfiProgram.Read(file) switch
            {
                null => NoProgram(file, architecture),
                { Machine: var machine } when machine != (architecture == Architecture.Amd64 ? EfiProgram.Amd64 : EfiProgram.Arm64) =>
                    $"is for {EfiMachines.GetValueOrDefault(machine, $"the machine type 0x{machine:x4}")}, not for {architecture.Id()}",
                { Sections: var sections } when sections.Select(section => section.End).DefaultIfEmpty().Max() is var end && end > file.Length =>
                    $"ends too early: {file.Length} bytes of {end} are there. Fetch it again",
                _ => null,
            };
        }
        catch (EndOfStreamException)
        {
            return $"ends too early, in its headers, after {file.Length} bytes. Fetch it again";
        }
    }

    private static string NoProgram(FileStream file, Architecture architecture)
    {
        if (file.Length == 0)
        {
            return "is empty. Fetch it again";
        }

        file.Position = 0;
        if (Compression.Of(file) is { } compression)
        {
            return $"is compressed with {compression.Name}, which firmware cannot start. Decompress it: {compression.Command}";
        }

        var (isArm, isX86) = (Has(file, Arm64Image), Has(file, X86Image));
        return (architecture == Architecture.Amd64 ? isX86 : isArm)
                ? $"is for {architecture.Id()} but without an EFI stub (CONFIG_EFI_STUB), which network boot needs"
            : isArm || isX86 ? $"is for {(isX86 ? "x86" : "arm64")}, not for {architecture.Id()}"
            : ElfMachine(file) is { } machine ? $"is an ELF file (vmlinux) for {machine}, which firmware cannot start. Take the kernel's Image"
            : $"is not an EFI program for {architecture.Id()}";
    }

    private static bool Has(FileStream file, (int Offset, byte[] Magic) mark)
    {
        var found = new byte[mark.Magic.Length];
        file.Position = mark.Offset;
        return file.ReadAtLeast(found, found.Length, throwOnEndOfStream: false) == found.Length && found.AsSpan().SequenceEqual(mark.Magic);
    }

    /// <summary>elf(5): e_machine is at 18.</summary>
    private static string? ElfMachine(FileStream file)
    {
        Span<byte> header = stackalloc byte[20];
        file.Position = 0;
        return file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length || header is not [0x7f, (byte)'E', (byte)'L', (byte)'F', ..]
            ? null
            : BinaryPrimitives.ReadUInt16LittleEndian(header[18..]) switch
            {
                183 => "arm64",
                62 => "amd64",
                3 => "32-bit x86",
                40 => "32-bit ARM",
                243 => "RISC-V",
                var machine => $"machine type {machine}",
            };
    }
}
