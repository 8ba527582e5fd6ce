using System.Buffers.Binary;

namespace Lab.BootServer.Http;

/// <summary>Types that begin with bytes of their own.</summary>
internal static class FileSignatures
{
    /// <summary>In this order: the first that fits counts. A question mark stands for any byte.</summary>
    private static readonly (byte[] Pattern, string Type)[] Signatures =
    [
        Of("%PDF-", "application/pdf"),
        Of("%!PS-Adobe-", "application/postscript"),
        Of("\u00FE\u00FF??", "text/plain; charset=utf-16be"),
        Of("\u00FF\u00FE??", "text/plain; charset=utf-16le"),
        Of("\u00EF\u00BB\u00BF?", MediaTypes.PlainText),
        Of("\0\0\u0001\0", "image/x-icon"),
        Of("\0\0\u0002\0", "image/x-icon"),
        Of("BM", "image/bmp"),
        Of("GIF87a", "image/gif"),
        Of("GIF89a", "image/gif"),
        Of("RIFF????WEBPVP", "image/webp"),
        Of("\u0089PNG\r\n\u001A\n", "image/png"),
        Of("\u00FF\u00D8\u00FF", "image/jpeg"),
        Of("FORM????AIFF", "audio/aiff"),
        Of("ID3", "audio/mpeg"),
        Of("OggS\0", "application/ogg"),
        Of("MThd\0\0\0\u0006", "audio/midi"),
        Of("RIFF????AVI ", "video/avi"),
        Of("RIFF????WAVE", "audio/wave"),
        Of("\u001AE\u00DF\u00A3", "video/webm"),
        Of(new string('?', 34) + "LP", "application/vnd.ms-fontobject"),
        Of("\0\u0001\0\0", "font/ttf"),
        Of("OTTO", "font/otf"),
        Of("ttcf", "font/collection"),
        Of("wOFF", "font/woff"),
        Of("wOF2", "font/woff2"),
        Of("\u001F\u008B\u0008", "application/x-gzip"),
        Of("PK\u0003\u0004", "application/zip"),
        Of("Rar!\u001A\u0007\0", "application/x-rar-compressed"),
        Of("Rar!\u001A\u0007\u0001\0", "application/x-rar-compressed"),
        Of("\0asm", "application/wasm"),
    ];

    /// <summary>The type of the first signature that the data begin with; null when none does.</summary>
    public static string? Match(ReadOnlySpan<byte> data)
    {
        foreach (var (pattern, type) in Signatures)
        {
            if (type == "video/webm" && IsMp4(data))
            {
                return "video/mp4";
            }

            if (Fits(data, pattern))
            {
                return type;
            }
        }

        return null;
    }

    private static (byte[] Pattern, string Type) Of(string latin1, string type) => (System.Text.Encoding.Latin1.GetBytes(latin1), type);

    private static bool Fits(ReadOnlySpan<byte> data, byte[] pattern)
    {
        if (data.Length < pattern.Length)
        {
            return false;
        }

        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] != '?' && pattern[i] != data[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A first box <c>ftyp</c> that names a brand beginning with <c>mp4</c>.</summary>
    private static bool IsMp4(ReadOnlySpan<byte> data)
    {
        if (data.Length < 12)
        {
            return false;
        }

        var boxSize = BinaryPrimitives.ReadUInt32BigEndian(data);
        if (data.Length < boxSize || boxSize % 4 != 0 || !data[4..8].SequenceEqual("ftyp"u8))
        {
            return false;
        }

        for (var i = 8; i < boxSize; i += 4)
        {
            if (i != 12 && data.Slice(i, 3).SequenceEqual("mp4"u8))
            {
                return true;
            }
        }

        return false;
    }
}
