using System.Globalization;

namespace Lab.GoTemplates;

/// <summary>Floating-point numbers as Go's strconv.FormatFloat writes them.</summary>
internal static class GoFloat
{
    private const int LargestPrecision = 1000;

    /// <param name="value">The number.</param>
    /// <param name="verb">e, E, f, F, g, G, x or X.</param>
    /// <param name="precision">Digits; null: as few as tell the number from every other.</param>
    public static string Format(double value, char verb, int? precision)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "NaN"
                : value > 0 ? "+Inf"
                : "-Inf";
        }

        precision = precision is > LargestPrecision ? LargestPrecision : precision;
        return char.ToLowerInvariant(verb) switch
        {
            'e' => Exponent(value, verb, precision),
            'f' => precision is null ? Shortest(value) : value.ToString($"F{precision}", CultureInfo.InvariantCulture),
            'x' => verb == 'X' ? Hex(value).ToUpperInvariant() : Hex(value),
            _ => General(value, verb, precision),
        };
    }

    private static string Shortest(double value)
    {
        var (digits, exponent, sign) = Digits(value, null);
        return sign + Positional(digits, exponent);
    }

    private static string Exponent(double value, char verb, int? precision)
    {
        var (digits, exponent, sign) = Digits(value, precision + 1);
        return sign + Scientific(digits, exponent, verb);
    }

    /// <summary>With an exponent when that is below -4 or not below the precision (6 for the shortest form).</summary>
    private static string General(double value, char verb, int? precision)
    {
        const int shortestLimit = 6;
        var wanted = precision == 0 ? 1 : precision;
        var (digits, exponent, sign) = Digits(value, wanted);
        digits = digits.TrimEnd('0') is { Length: > 0 } trimmed ? trimmed : "0";
        var limit =
            wanted is null ? shortestLimit
            : wanted > digits.Length && digits.Length >= exponent + 1 ? digits.Length
            : wanted.Value;
        return exponent < -4 || exponent >= limit ? sign + Scientific(digits, exponent, (char)(verb - 'g' + 'e')) : sign + Positional(digits, exponent);
    }

    private static string Scientific(string digits, int exponent, char verb) =>
        $"{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}{verb}{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";

    /// <summary>The exact value with a binary exponent; a precision is not heeded.</summary>
    private static string Hex(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(Math.Abs(value));
        var exponent = value == 0 ? 0 : Math.ILogB(value);
        var isSubnormal = bits >> 52 == 0 && value != 0;
        var shift = isSubnormal ? System.Numerics.BitOperations.LeadingZeroCount((ulong)bits) - 11 : 0;
        var fraction = ((bits << shift) & 0xF_FFFF_FFFF_FFFF).ToString("x13", CultureInfo.InvariantCulture).TrimEnd('0');
        return $"{(double.IsNegative(value) ? "-" : "")}0x{(value == 0 ? 0 : 1)}{(fraction.Length > 0 ? "." : "")}{fraction}"
            + $"p{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }

    private static string Positional(string digits, int exponent)
    {
        if (exponent < 0)
        {
            return digits == "0" ? "0" : $"0.{new string('0', -exponent - 1)}{digits}";
        }

        return digits.Length <= exponent + 1 ? digits.PadRight(exponent + 1, '0') : $"{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    /// <summary>The significant digits, the exponent of the first one, and the sign.</summary>
    private static (string Digits, int Exponent, string Sign) Digits(double value, int? count)
    {
        var sign = double.IsNegative(value) ? "-" : "";
        var text = count is null ? ShortestScientific(Math.Abs(value)) : Math.Abs(value).ToString($"E{count - 1}", CultureInfo.InvariantCulture);
        var at = text.IndexOf('E');
        var digits = text[..at].Replace(".", "");
        return (digits, int.Parse(text[(at + 1)..], CultureInfo.InvariantCulture), sign);
    }

    /// <summary>.NET's shortest round-trip digits, brought to one digit before the point.</summary>
    private static string ShortestScientific(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var at = text.IndexOf('E');
        var exponent = at < 0 ? 0 : int.Parse(text[(at + 1)..], CultureInfo.InvariantCulture);
        var mantissa = at < 0 ? text : text[..at];
        var point = mantissa.IndexOf('.') is >= 0 and var dot ? dot : mantissa.Length;
        var all = mantissa.Replace(".", "");
        var first = all.AsSpan().IndexOfAnyExcept('0');
        if (first < 0)
        {
            return "0E0";
        }

        return $"{all[first..].TrimEnd('0')}E{exponent + point - first - 1}";
    }
}
