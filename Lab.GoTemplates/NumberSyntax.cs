using System.Globalization;
using System.Numerics;

namespace Lab.GoTemplates;

/// <summary>Number and quoted constants as Go writes them. Imaginary numbers are not supported.</summary>
internal static class NumberSyntax
{
    /// <summary>How many characters at the start belong to a number.</summary>
    public static int Length(ReadOnlySpan<char> text)
    {
        var position = Skip(text, 0, "+-", atMost: 1);
        var digits = "0123456789_";
        if (position < text.Length && text[position] == '0' && position + 1 < text.Length)
        {
            var prefixed = DigitsOf(text[position + 1]);
            digits = prefixed ?? digits;
            position += prefixed is null ? 0 : 2;
        }

        position = Skip(text, position, digits);
        var afterPoint = Skip(text, position, ".", atMost: 1);
        position = afterPoint > position ? Skip(text, afterPoint, digits) : position;
        var exponent = digits.Length switch
        {
            11 => "eE",
            23 => "pP",
            _ => "",
        };
        var afterExponent = Skip(text, position, exponent, atMost: 1);
        return afterExponent > position ? Skip(text, Skip(text, afterExponent, "+-", atMost: 1), "0123456789_") : position;
    }

    /// <summary>A <see cref="long"/> or, when it has a point or an exponent, a <see cref="double"/>; null when it is neither.</summary>
    public static object? Parse(string text)
    {
        var unsigned = text.TrimStart('+', '-');
        var isHex = unsigned.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (!unsigned.AsSpan().ContainsAny(isHex ? ".pP" : ".eE"))
        {
            return Integer(unsigned) is { } integer && Signed(text, integer) is { } signed ? signed : null;
        }

        if (isHex)
        {
            return HexFloat(unsigned) is { } hex ? (text[0] == '-' ? -hex : hex) : null;
        }

        return !text.Contains('_') && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : null;
    }

    private static string? DigitsOf(char prefix) =>
        char.ToLowerInvariant(prefix) switch
        {
            'x' => "0123456789abcdefABCDEF_",
            'o' => "01234567_",
            'b' => "01_",
            _ => null,
        };

    private static int Skip(ReadOnlySpan<char> text, int position, string characters, int atMost = int.MaxValue)
    {
        while (position < text.Length && atMost-- > 0 && characters.Contains(text[position]))
        {
            position++;
        }

        return position;
    }

    private static BigInteger? Integer(string digits)
    {
        var (radix, start) =
            digits.Length > 1 && digits[0] == '0'
                ? char.ToLowerInvariant(digits[1]) switch
                {
                    'x' => (16, 2),
                    'o' => (8, 2),
                    'b' => (2, 2),
                    _ => (8, 1),
                }
                : (10, 0);
        var value = BigInteger.Zero;
        if (start == digits.Length || digits.EndsWith('_') || digits.Contains("__"))
        {
            return null;
        }

        foreach (var character in digits.AsSpan(start))
        {
            if (character == '_')
            {
                continue;
            }

            if (!char.IsAsciiHexDigit(character) || Convert.ToInt32(character.ToString(), 16) is var digit && digit >= radix)
            {
                return null;
            }

            value = (value * radix) + Convert.ToInt32(character.ToString(), 16);
        }

        return value;
    }

    private static long? Signed(string text, BigInteger value)
    {
        value = text[0] == '-' ? -value : value;
        return value >= long.MinValue && value <= long.MaxValue ? (long)value : null;
    }

    private static double? HexFloat(string text)
    {
        var exponentAt = text.IndexOfAny(['p', 'P']);
        if (exponentAt < 0 || !int.TryParse(text.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent))
        {
            return null;
        }

        var mantissa = text[2..exponentAt].Replace("_", "");
        var point = mantissa.IndexOf('.');
        var fraction = point < 0 ? 0 : mantissa.Length - point - 1;
        return Integer("0x" + mantissa.Replace(".", "")) is { } value ? (double)value * Math.Pow(2, exponent - (4 * fraction)) : null;
    }
}
