using System.Formats.Tar;
using System.IO.Compression;
using ZstdSharp;

namespace Lab.Tests.Emulation.Images;

/// <summary>Kernels, initramfs and layers that look like the real ones from outside.</summary>
internal static class BootFiles
{
    public const ushort Arm64 = 0xaa64;
    public const ushort X64 = 0x8664;

    public static byte[] Initramfs { get; } = Random(600_000, seed: 2);

    /// <summary>The beginning of an EFI program, and something after it.</summary>
    public static byte[] Kernel(ushort machine = Arm64)
    {
        var kernel = Random(900_000, seed: 1);
        "MZ"u8.CopyTo(kernel);
        BitConverter.TryWriteBytes(kernel.AsSpan(0x3c), 0x40);
        "PE\0\0"u8.CopyTo(kernel.AsSpan(0x40));
        BitConverter.TryWriteBytes(kernel.AsSpan(0x44), machine);
        kernel.AsSpan(0x46, 18).Clear();
        return kernel;
    }

    /// <summary>A tar archive.</summary>
    /// <param name="compression">gzip, zstd, or nothing.</param>
    /// <param name="files">Its files.</param>
    public static byte[] Layer(string compression, params (string Path, byte[] Content)[] files)
    {
        var content = new MemoryStream();
        using (var archive = new TarWriter(Compress(content, compression)))
        {
            foreach (var (path, bytes) in files)
            {
                archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(bytes) });
            }
        }

        return content.ToArray();
    }

    private static Stream Compress(MemoryStream target, string compression) =>
        compression switch
        {
            "gzip" => new GZipStream(target, CompressionLevel.Fastest),
            "zstd" => new CompressionStream(target),
            _ => target,
        };

    private static byte[] Random(int length, int seed)
    {
        var content = new byte[length];
        new Random(seed).NextBytes(content);
        return content;
    }
}
