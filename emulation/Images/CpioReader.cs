using System.Globalization;
using System.Text;

namespace Lab.Emulation.Images;

/// <summary>What is found where a cpio archive is looked for.</summary>
internal enum CpioEnd
{
    /// <summary>Nothing more.</summary>
    Nothing,

    /// <summary>Something else.</summary>
    Other,

    /// <summary>An archive, to its end.</summary>
    Complete,

    /// <summary>An archive that ends too early.</summary>
    CutOff,
}

/// <summary>Reads a cpio archive in the "new ASCII" format, see <see cref="CpioArchive"/>, without a look at its files.</summary>
/// <param name="stream">Read from where it stands.</param>
internal sealed class CpioReader(Stream stream)
{
    private const int HeaderLength = 110;
    private const int MagicLength = 6;
    private const int LongestName = 4096;
    private const string Trailer = "TRAILER!!!\0";

    private readonly byte[] _buffer = new byte[1 << 16];

    /// <summary>Zeros before the archive.</summary>
    public long Start { get; private set; }

    /// <summary>Bytes of the archive so far.</summary>
    public long Length { get; private set; }

    /// <summary>Reads to the archive's end, or as far as it goes.</summary>
    public CpioEnd ReadToEnd()
    {
        int first;
        while ((first = stream.ReadByte()) == 0)
        {
            Start++;
        }

        if (first < 0)
        {
            return CpioEnd.Nothing;
        }

        _buffer[0] = (byte)first;
        Length = 1 + stream.ReadAtLeast(_buffer.AsSpan(1, MagicLength - 1), MagicLength - 1, throwOnEndOfStream: false);
        if (!IsMagic())
        {
            return CpioEnd.Other;
        }

        while (TryRead(HeaderLength - MagicLength, MagicLength) && TryField(11, out var nameLength) && nameLength <= LongestName && TryField(6, out var length))
        {
            if (!TryRead((int)nameLength))
            {
                break;
            }

            var isTrailer = Encoding.ASCII.GetString(_buffer, 0, (int)nameLength) == Trailer;
            if (!Align() || isTrailer)
            {
                return isTrailer ? CpioEnd.Complete : CpioEnd.CutOff;
            }

            if (!TrySkip(length) || !Align() || !TryRead(MagicLength) || !IsMagic())
            {
                break;
            }
        }

        return CpioEnd.CutOff;
    }

    private bool IsMagic() => _buffer.AsSpan(0, MagicLength).SequenceEqual("070701"u8) || _buffer.AsSpan(0, MagicLength).SequenceEqual("070702"u8);

    /// <summary>The fields after the magic have eight hexadecimal digits each.</summary>
    private bool TryField(int field, out uint value) =>
        uint.TryParse(_buffer.AsSpan(MagicLength + 8 * field, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);

    private bool TryRead(int length, int at = 0)
    {
        var read = stream.ReadAtLeast(_buffer.AsSpan(at, length), length, throwOnEndOfStream: false);
        Length += read;
        return read == length;
    }

    private bool Align() => TryRead((int)((4 - Length % 4) % 4));

    private bool TrySkip(long length)
    {
        while (length > 0 && TryRead((int)Math.Min(length, _buffer.Length)))
        {
            length -= Math.Min(length, _buffer.Length);
        }

        return length <= 0;
    }
}
