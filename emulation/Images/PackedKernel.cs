using System.Buffers.Binary;
using System.Text;

namespace Lab.Emulation.Images;

/// <summary>What a kernel is packed in.</summary>
/// <param name="Offset">Where in the file the kernel begins.</param>
/// <param name="Length">Its bytes there.</param>
/// <param name="Compression">How it is compressed there; null when it is not.</param>
/// <param name="Unified">The other parts, where the file is a unified kernel image.</param>
internal sealed record PackedKernel(long Offset, long Length, Compression? Compression, UnifiedKernel? Unified)
{
    /// <summary>
    /// What a file packs its kernel in; null for a kernel as it is, and for what only the kernel itself can unpack: one that
    /// decompresses itself by a method that Lab does not know is started as it is.
    /// </summary>
    /// <exception cref="EndOfStreamException">The file ends in the middle of its headers.</exception>
    public static PackedKernel? Find(FileStream file)
    {
        file.Position = 0;
        if (Compression.Of(file) is { Open: not null } compression)
        {
            return new(0, file.Length, compression, null);
        }

        return EfiProgram.Read(file) is not { } program ? null
            : UnifiedKernel.Find(program) is { } unified ? new(unified.Kernel.Offset, unified.Kernel.Length, null, unified)
            : SelfDecompressing(file);
    }

    /// <summary>Reads the kernel.</summary>
    public Stream Open(FileStream file)
    {
        var part = new FilePart(file.SafeFileHandle, Offset, Length);
        return Compression is null ? part : Compression.Open!(part);
    }

    /// <summary>
    /// Linux, drivers/firmware/efi/libstub/zboot-header.S: "zimg" at 4, offset and size of what is compressed at 8 and 12, and how at 24.
    /// </summary>
    private static PackedKernel? SelfDecompressing(FileStream file)
    {
        Span<byte> header = stackalloc byte[56];
        file.Position = 0;
        file.ReadExactly(header);
        return header[4..8].SequenceEqual("zimg"u8) && Compression.Named(Encoding.ASCII.GetString(header[24..]).Split('\0')[0]) is { } compression
            ? new(BinaryPrimitives.ReadUInt32LittleEndian(header[8..]), BinaryPrimitives.ReadUInt32LittleEndian(header[12..]), compression, null)
            : null;
    }
}
