using System.Text;

namespace Lab.GoTemplates;

/// <summary>What stands between a percent sign and its verb.</summary>
/// <param name="Budget">Pays for what widths and precisions fill up.</param>
internal sealed record PrintfDirective(RenderBudget Budget)
{
    private const int LargestNumber = 1_000_000;

    public bool Plus { get; private set; }

    public bool Minus { get; private set; }

    public bool Sharp { get; private set; }

    public bool Space { get; private set; }

    public bool Zero { get; private set; }

    public int? Width { get; private set; }

    public int? Precision { get; private set; }

    /// <summary>Null at the end of the format.</summary>
    public Rune? Verb { get; set; }

    /// <summary>What Go prints for a bad <c>*</c>; else "".</summary>
    public string Error { get; private set; } = "";

    public static PrintfDirective Read(string format, ref int position, IReadOnlyList<object?> arguments, ref int next, RenderBudget budget)
    {
        var directive = new PrintfDirective(budget);
        while (position < format.Length && directive.TakeFlag(format[position]))
        {
            position++;
        }

        directive.Width = directive.Number(format, ref position, arguments, ref next, "WIDTH");
        if (directive.Width < 0)
        {
            (directive.Width, directive.Minus, directive.Zero) = (-directive.Width, true, false);
        }

        if (position < format.Length && format[position] == '.')
        {
            position++;
            var precision = directive.Number(format, ref position, arguments, ref next, "PREC") ?? 0;
            directive.Precision = precision < 0 ? null : precision;
        }

        if (position < format.Length)
        {
            Rune.DecodeFromUtf16(format.AsSpan(position), out var verb, out var length);
            directive.Verb = verb;

            // With %+v the plus is for the names of struct fields, of which there are none here.
            directive.Plus &= verb.Value != 'v';
            position += length;
        }

        return directive;
    }

    /// <summary>Fills up to the width: with zeros behind the sign when asked to, else with spaces.</summary>
    public string Pad(string text, bool zeros)
    {
        var missing = (Width ?? 0) - text.EnumerateRunes().Count();
        if (missing <= 0)
        {
            return text;
        }

        if (Minus)
        {
            return text + Fill(' ', missing);
        }

        if (!zeros || !Zero)
        {
            return Fill(' ', missing) + text;
        }

        var sign = text.Length > 0 && text[0] is '+' or '-' or ' ' ? 1 : 0;
        return text[..sign] + Fill('0', missing) + text[sign..];
    }

    /// <summary>Zeros in front of digits, so that there are so many in all.</summary>
    public string PadDigits(string digits, int count) => count > digits.Length ? Fill('0', count - digits.Length) + digits : digits;

    private string Fill(char character, int count)
    {
        Budget.TakeText(count);
        return new string(character, count);
    }

    private bool TakeFlag(char character)
    {
        switch (character)
        {
            case '+':
                return Plus = true;
            case '-':
                Zero = false;
                return Minus = true;
            case '#':
                return Sharp = true;
            case ' ':
                return Space = true;
            case '0':
                Zero = !Minus;
                return true;
            default:
                return false;
        }
    }

    private int? Number(string format, ref int position, IReadOnlyList<object?> arguments, ref int next, string what)
    {
        if (position < format.Length && format[position] == '*')
        {
            position++;
            if (next < arguments.Count && arguments[next++] is long and >= -LargestNumber and <= LargestNumber and var number)
            {
                return (int)number;
            }

            Error += $"%!(BAD{what})";
            return null;
        }

        int? value = null;
        while (position < format.Length && char.IsAsciiDigit(format[position]))
        {
            if (value > LargestNumber)
            {
                // As Go: what is behind a number that is too large is not read.
                position = format.Length;
                return null;
            }

            value = ((value ?? 0) * 10) + (format[position++] - '0');
        }

        return value;
    }
}
