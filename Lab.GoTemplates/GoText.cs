using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Lab.GoTemplates;

/// <summary>
/// Go's strings are bytes, ours are UTF-16. What is not UTF-8 (a query of <c>%FF</c>, a template in Latin-1) is kept byte for byte
/// as lone surrogates U+DC80..U+DCFF between <see cref="Decode"/> and <see cref="Encode"/>, so that a body goes out as it came in.
/// </summary>
public static class GoText
{
    private const int EscapeBase = 0xDC00;
    private const string HexDigits = "0123456789ABCDEF";

    /// <summary>The text of these bytes; a byte that is no UTF-8 becomes one lone surrogate.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var consumed) == OperationStatus.Done)
            {
                text.Append(rune.ToString());
            }
            else
            {
                consumed = 1;
                text.Append((char)(EscapeBase + bytes[0]));
            }

            bytes = bytes[consumed..];
        }

        return text.ToString();
    }

    /// <summary>The bytes of a text from <see cref="Decode"/>; any other lone surrogate becomes U+FFFD.</summary>
    public static byte[] Encode(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            return Encoding.UTF8.GetBytes(text);
        }

        var bytes = new ArrayBufferWriter<byte>(text.Length + 16);
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            rest = rest[EncodeFirst(rest, bytes)..];
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>How many bytes Go would count in this text.</summary>
    internal static int ByteCount(string text) => text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') ? Encode(text).Length : Encoding.UTF8.GetByteCount(text);

    /// <summary>Compares as Go does: byte by byte.</summary>
    public static int Compare(string left, string right)
    {
        for (var i = 0; i < left.Length && i < right.Length; i++)
        {
            if (left[i] != right[i])
            {
                return left[i] < 0x80 || right[i] < 0x80 ? left[i].CompareTo(right[i]) : Encode(left).AsSpan().SequenceCompareTo(Encode(right));
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    /// <summary>The text for a URL: what is neither an ASCII letter nor a digit nor unreserved is written as <c>%XX</c>, byte for byte.</summary>
    /// <param name="text">The text.</param>
    /// <param name="unreserved">The other characters that stay as they are; all of them ASCII.</param>
    public static string PercentEncode(string text, string unreserved)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var octet in Encode(text))
        {
            if (char.IsAsciiLetterOrDigit((char)octet) || unreserved.Contains((char)octet))
            {
                encoded.Append((char)octet);
            }
            else
            {
                encoded.Append('%').Append(HexDigits[octet >> 4]).Append(HexDigits[octet & 15]);
            }
        }

        return encoded.ToString();
    }

    private static int EncodeFirst(ReadOnlySpan<char> text, ArrayBufferWriter<byte> bytes)
    {
        if (Rune.DecodeFromUtf16(text, out var rune, out var consumed) == OperationStatus.Done)
        {
            bytes.Advance(rune.EncodeToUtf8(bytes.GetSpan(4)));
            return consumed;
        }

        var value = text[0] - EscapeBase;
        if (value is >= 0x80 and <= 0xFF)
        {
            bytes.Write([(byte)value]);
        }
        else
        {
            bytes.Write("\uFFFD"u8);
        }

        return 1;
    }
}
