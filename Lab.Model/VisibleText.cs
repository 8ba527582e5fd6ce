using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Lab.Model;

/// <summary>
/// Text of others (names, logs, errors) as it can be shown: characters that a reader does not see, but that move the cursor, turn the
/// direction of what follows or hide something, stand as <c>\u202e</c>. That is an escape of JSON too, so JSON stays JSON.
/// </summary>
public static partial class VisibleText
{
    /// <summary>The text with escapes; tabs and line ends stay.</summary>
    public static string Of(string text)
    {
        StringBuilder? visible = null;
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            // Half a surrogate pair is escaped: who shows it decides what it looks like.
            var isWhole = Rune.DecodeFromUtf16(rest, out var rune, out var length) == OperationStatus.Done;
            if (!isWhole || IsHidden(rune))
            {
                visible ??= new StringBuilder(text, 0, text.Length - rest.Length, text.Length + 16);
                foreach (var unit in rest[..length])
                {
                    visible.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
                }
            }
            else
            {
                visible?.Append(rest[..length]);
            }

            rest = rest[length..];
        }

        return visible?.ToString() ?? text;
    }

    /// <summary>As <see cref="Of"/>, for viewers that know the colours of a terminal (SGR) and nothing else of it: those stay.</summary>
    public static string OfColoured(string line)
    {
        var visible = new StringBuilder(line.Length);
        var from = 0;
        foreach (var colour in Colour().EnumerateMatches(line))
        {
            visible.Append(Of(line[from..colour.Index])).Append(line.AsSpan(colour.Index, colour.Length));
            from = colour.Index + colour.Length;
        }

        return from == 0 ? Of(line) : visible.Append(Of(line[from..])).ToString();
    }

    /// <summary>Control characters (C0 but for tab and line end, C1), what turns directions, zero widths, tags, line and paragraph separators.</summary>
    public static bool IsHidden(Rune rune) =>
        rune.Value is not ('\t' or '\n')
        && Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;

    [GeneratedRegex(@"\e\[[0-9;]*m")]
    private static partial Regex Colour();
}
