using System.Globalization;
using System.Text;

namespace Lab.GoTemplates;

/// <summary>String and character constants with Go's escapes.</summary>
internal static class QuotedSyntax
{
    /// <summary>What stands between the quotes; null when an escape is malformed.</summary>
    public static string? Unquote(string quoted)
    {
        var quote = quoted[0];
        List<byte> bytes = new(quoted.Length);
        for (var i = 1; i < quoted.Length - 1; i++)
        {
            if (quoted[i] != '\\')
            {
                var length = char.IsHighSurrogate(quoted[i]) && i + 1 < quoted.Length - 1 ? 2 : 1;
                bytes.AddRange(GoText.Encode(quoted.Substring(i, length)));
                i += length - 1;
            }
            else if (!TryEscape(quoted, quote, ref i, bytes))
            {
                return null;
            }
        }

        return GoText.Decode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes));
    }

    /// <summary>The number of a constant like <c>'a'</c>; null when it is not one character.</summary>
    public static long? Character(string quoted)
    {
        var text = Unquote(quoted);
        return text is not null && Rune.DecodeFromUtf16(text, out var rune, out var length) == System.Buffers.OperationStatus.Done && length == text.Length
            ? rune.Value
            : null;
    }

    private static bool TryEscape(string quoted, char quote, ref int position, List<byte> bytes)
    {
        var character = quoted[++position];
        var simple = "abfnrtv\\".IndexOf(character);
        if (simple >= 0)
        {
            bytes.Add((byte)"\a\b\f\n\r\t\v\\"[simple]);
            return true;
        }

        if (character == quote)
        {
            bytes.Add((byte)quote);
            return true;
        }

        var (start, length, style) = character switch
        {
            'x' => (1, 2, NumberStyles.AllowHexSpecifier),
            'u' => (1, 4, NumberStyles.AllowHexSpecifier),
            'U' => (1, 8, NumberStyles.AllowHexSpecifier),
            >= '0' and <= '7' => (0, 3, NumberStyles.None),
            _ => (0, 0, NumberStyles.None),
        };
        var from = position + start;
        if (length == 0 || from + length > quoted.Length - 1)
        {
            return false;
        }

        position = from + length - 1;
        return TryCode(quoted.Substring(from, length), style, character is 'u' or 'U', bytes);
    }

    private static bool TryCode(string digits, NumberStyles style, bool isRune, List<byte> bytes)
    {
        var value = 0;
        if (style == NumberStyles.None)
        {
            if (digits.Any(digit => digit is < '0' or > '7'))
            {
                return false;
            }

            value = Convert.ToInt32(digits, 8);
        }
        else if (!int.TryParse(digits, style, CultureInfo.InvariantCulture, out value))
        {
            return false;
        }

        if (isRune)
        {
            if (!Rune.IsValid(value))
            {
                return false;
            }

            bytes.AddRange(Encoding.UTF8.GetBytes(new Rune(value).ToString()));
            return true;
        }

        bytes.Add((byte)value);
        return value <= 0xFF;
    }
}
