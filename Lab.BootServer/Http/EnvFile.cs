using System.Globalization;
using System.Text;
using Lab.GoTemplates;

namespace Lab.BootServer.Http;

/// <summary>Values as <c>KEY=value</c> lines: nested keys joined by an underscore, null and lists left out.</summary>
internal static class EnvFile
{
    public static string Render(IReadOnlyDictionary<string, object?> values)
    {
        var lines = new StringBuilder();
        Append(lines, "", values);
        return lines.ToString();
    }

    private static void Append(StringBuilder lines, string prefix, IReadOnlyDictionary<string, object?> values)
    {
        foreach (var (key, value) in values)
        {
            switch (value)
            {
                case string or bool or double:
                    AppendLine(lines, prefix + key, GoFormat.Value(value));
                    break;
                case IReadOnlyDictionary<string, object?> nested:
                    Append(lines, $"{prefix}{key}_", nested);
                    break;
                case IReadOnlyDictionary<string, string> labels:
                    AppendLabels(lines, $"{prefix}{key}_", labels);
                    break;
            }
        }
    }

    /// <summary>
    /// What a client has sent can make no line of its own: its control characters are written as in a query (<c>%0A</c>). Values
    /// of the group file are the operator's and stay as they are.
    /// </summary>
    private static void AppendLabels(StringBuilder lines, string prefix, IReadOnlyDictionary<string, string> labels)
    {
        foreach (var (key, value) in labels)
        {
            AppendLine(lines, prefix + EscapeControls(key), EscapeControls(value));
        }
    }

    private static void AppendLine(StringBuilder lines, string key, string value) =>
        lines.Append(key.ToUpperInvariant()).Append('=').Append(value).Append('\n');

    private static string EscapeControls(string text) =>
        text.Any(char.IsControl)
            ? string.Concat(
                text.Select(character =>
                    char.IsControl(character) ? string.Create(CultureInfo.InvariantCulture, $"%{(int)character:X2}") : character.ToString()
                )
            )
            : text;
}
