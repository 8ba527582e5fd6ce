using Lab.Model;

namespace Lab.Emulation.Images;

/// <summary>
/// Whether an initramfs is complete. It is one cpio archive or several, each compressed or not
/// (https://docs.kernel.org/driver-api/early-userspace/buffer-format.html); what Linux may know and Lab does not is taken as it is.
/// </summary>
internal static class InitramfsFile
{
    /// <summary>Refuses one that ends too early.</summary>
    /// <exception cref="LabException">It is empty, or not all of it is there.</exception>
    public static void MustBeComplete(string path, ImageSource source)
    {
        using var file = File.OpenRead(path);
        var length = file.Length;
        try
        {
            if (length == 0 || !IsComplete(file))
            {
                throw source.Error("initramfs", path, $"ends too early, after {length} bytes. Fetch it again");
            }
        }
        catch (Exception e) when (Compression.IsDamage(e))
        {
            throw source.Error("initramfs", path, $"is damaged or ends too early ({e.Message.TrimEnd('.')}). Fetch it again", e);
        }
    }

    private static bool IsComplete(FileStream file)
    {
        var (found, start) = PassArchives(file);
        if (found != CpioEnd.Other)
        {
            return found == CpioEnd.Complete;
        }

        file.Position = start;
        var compression = Compression.Of(file);
        if (compression?.Open is { } open)
        {
            // gzip itself does not miss what is cut off; the archive in it does.
            using var content = new BufferedStream(open(file), 1 << 16);
            return PassArchives(content).Found is CpioEnd.Complete or CpioEnd.Other;
        }

        return compression?.Name != "xz" || EndsAsXz(file);
    }

    /// <summary>Reads archives, one after the other, up to the end or to something else.</summary>
    private static (CpioEnd Found, long Start) PassArchives(Stream stream)
    {
        var (before, start) = (CpioEnd.CutOff, 0L);
        while (true)
        {
            var reader = new CpioReader(stream);
            var found = reader.ReadToEnd();
            start += reader.Start;
            if (found != CpioEnd.Complete)
            {
                return (found == CpioEnd.Nothing ? before : found, start);
            }

            (before, start) = (found, start + reader.Length);
        }
    }

    /// <summary>https://tukaani.org/xz/xz-file-format.txt: the last bytes are YZ, and zeros up to a multiple of four.</summary>
    private static bool EndsAsXz(FileStream file)
    {
        Span<byte> end = stackalloc byte[1024];
        file.Position = Math.Max(file.Position, file.Length - end.Length);
        return file.Length % 4 == 0 && end[..file.ReadAtLeast(end, end.Length, throwOnEndOfStream: false)].TrimEnd((byte)0).EndsWith("YZ"u8);
    }
}
