using System.Globalization;
using System.Text;

namespace Lab.GoTemplates;

/// <summary><c>html</c>, <c>js</c> and <c>urlquery</c>.</summary>
internal static class Escaping
{
    /// <summary>A single string as it is, anything else as <c>print</c> would.</summary>
    public static string Text(IReadOnlyList<object?> arguments) =>
        arguments is [string text] ? text : GoFormat.Sprint([.. arguments.Select(argument => argument ?? GoFormat.NoValue)]);

    public static string Html(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            _ = character switch
            {
                '\0' => escaped.Append('\uFFFD'),
                '"' => escaped.Append("&#34;"),
                '\'' => escaped.Append("&#39;"),
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                _ => escaped.Append(character),
            };
        }

        return escaped.ToString();
    }

    public static string Query(string text) => GoText.PercentEncode(text, "-_.~ ").Replace(' ', '+');

    public static string JavaScript(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '\\' => escaped.Append("\\\\"),
                '\'' => escaped.Append("\\'"),
                '"' => escaped.Append("\\\""),
                '<' or '>' or '&' or '=' or < ' ' => escaped.Append("\\u").Append(rune.Value.ToString("X4", CultureInfo.InvariantCulture)),
                _ when rune.IsAscii || GoFormat.IsPrintable(rune) => escaped.Append(rune.ToString()),
                _ => escaped.Append("\\u").Append(rune.Value.ToString("X4", CultureInfo.InvariantCulture)),
            };
        }

        return escaped.ToString();
    }
}
