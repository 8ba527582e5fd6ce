using System.Globalization;
using System.Text;

namespace Lab.GoTemplates;

/// <summary>Integers by <c>%d %v %b %o %O %x %X %c %q %U</c>.</summary>
internal static class PrintfInteger
{
    /// <summary>Null for a verb that integers do not have.</summary>
    public static string? Format(PrintfDirective directive, int verb, long value, bool isUnsigned) =>
        verb switch
        {
            'v' when isUnsigned && directive.Sharp => directive.Pad($"0x{value:x}", zeros: true),
            'd' or 'v' => Number(directive, value, Magnitude(value).ToString(CultureInfo.InvariantCulture), ""),
            'b' => Number(directive, value, Magnitude(value).ToString("b", CultureInfo.InvariantCulture), directive.Sharp ? "0b" : ""),
            'o' => Number(directive, value, Octal(Magnitude(value)), directive.Sharp ? "0" : ""),
            'O' => Number(directive, value, Octal(Magnitude(value)), "0o"),
            'x' => Number(directive, value, Magnitude(value).ToString("x", CultureInfo.InvariantCulture), directive.Sharp ? "0x" : ""),
            'X' => Number(directive, value, Magnitude(value).ToString("X", CultureInfo.InvariantCulture), directive.Sharp ? "0X" : ""),
            'c' => directive.Pad(GoValue.RuneText(value), zeros: true),
            'q' => directive.Pad(PrintfString.Quote(GoValue.RuneText(value), directive.Plus, '\''), zeros: true),
            'U' => directive.Pad(Unicode(directive, value), zeros: false),
            _ => null,
        };

    private static string Number(PrintfDirective directive, long value, string digits, string prefix)
    {
        var sign =
            value < 0 ? "-"
            : directive.Plus ? "+"
            : directive.Space ? " "
            : "";
        if (directive.Precision is { } precision)
        {
            digits = precision == 0 && value == 0 ? "" : directive.PadDigits(digits, precision);
        }
        else if (directive is { Zero: true, Width: { } width })
        {
            // The prefix counts on top of the width, as in Go.
            digits = directive.PadDigits(digits, width - sign.Length);
        }

        return directive.Pad(sign + prefix + digits, zeros: false);
    }

    private static string Unicode(PrintfDirective directive, long value)
    {
        var code = $"U+{directive.PadDigits(((ulong)value).ToString("X", CultureInfo.InvariantCulture), Math.Max(directive.Precision ?? 4, 4))}";
        return directive.Sharp && value is >= 0 and <= 0x10FFFF && Rune.IsValid((int)value) && GoFormat.IsPrintable(new Rune((int)value))
            ? $"{code} '{new Rune((int)value)}'"
            : code;
    }

    private static UInt128 Magnitude(long value) => (UInt128)Int128.Abs(value);

    private static string Octal(UInt128 value)
    {
        var digits = new StringBuilder();
        do
        {
            digits.Insert(0, (int)(value & 7));
            value >>= 3;
        } while (value > 0);

        return digits.ToString();
    }
}
