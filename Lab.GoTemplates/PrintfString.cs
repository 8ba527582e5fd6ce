using System.Globalization;
using System.Text;

namespace Lab.GoTemplates;

/// <summary>Strings by <c>%s %v %q %x %X</c>.</summary>
internal static class PrintfString
{
    /// <summary>Null for a verb that strings do not have.</summary>
    public static string? Format(PrintfDirective directive, int verb, string text) =>
        verb switch
        {
            's' or 'v' => directive.Pad(Truncate(directive, text), zeros: true),
            'q' => directive.Pad(Quote(Truncate(directive, text), directive), zeros: true),
            'x' => directive.Pad(Hex(directive, text, "x2"), zeros: true),
            'X' => directive.Pad(Hex(directive, text, "X2"), zeros: true),
            _ => null,
        };

    /// <summary>As a Go string constant.</summary>
    public static string Quote(string text, bool asciiOnly = false, char quote = '"')
    {
        var quoted = new StringBuilder(text.Length + 2).Append(quote);
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var length) == System.Buffers.OperationStatus.Done)
            {
                AppendRune(quoted, rune, asciiOnly, quote);
            }
            else
            {
                // A byte that is no UTF-8.
                quoted.Append("\\x").Append((rest[0] & 0xFF).ToString("x2", CultureInfo.InvariantCulture));
            }

            rest = rest[length..];
        }

        return quoted.Append(quote).ToString();
    }

    private static string Quote(string text, PrintfDirective directive) =>
        directive.Sharp && !text.Contains('`') && text.All(character => character == '\t' || !char.IsControl(character))
            ? $"`{text}`"
            : Quote(text, asciiOnly: directive.Plus);

    private static void AppendRune(StringBuilder quoted, Rune rune, bool asciiOnly, char quote)
    {
        var simple = "\a\b\f\n\r\t\v".IndexOf((char)rune.Value);
        if (rune.Value == quote || rune.Value == '\\')
        {
            quoted.Append('\\').Append((char)rune.Value);
        }
        else if (rune.IsAscii ? rune.Value is >= ' ' and < 0x7F : !asciiOnly && GoFormat.IsPrintable(rune))
        {
            quoted.Append(rune.ToString());
        }
        else if (rune.IsAscii && simple >= 0)
        {
            quoted.Append('\\').Append("abfnrtv"[simple]);
        }
        else
        {
            quoted.Append(
                rune.Value switch
                {
                    < ' ' or 0x7F => $"\\x{rune.Value:x2}",
                    < 0x10000 => $"\\u{rune.Value:x4}",
                    _ => $"\\U{rune.Value:x8}",
                }
            );
        }
    }

    private static string Hex(PrintfDirective directive, string text, string format)
    {
        var bytes = GoText.Encode(text);
        var digits = bytes.Take(directive.Precision ?? bytes.Length).Select(octet => octet.ToString(format, CultureInfo.InvariantCulture));
        var prefix = directive.Sharp && bytes.Length > 0 ? $"0{format[0]}" : "";
        return directive.Space ? string.Join(' ', digits.Select(pair => prefix + pair)) : prefix + string.Concat(digits);
    }

    private static string Truncate(PrintfDirective directive, string text) =>
        directive.Precision is { } length && text.Length > length ? string.Concat(text.EnumerateRunes().Take(length)) : text;
}
