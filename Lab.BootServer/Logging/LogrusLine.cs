using System.Text;
using Lab.Model;

namespace Lab.BootServer.Logging;

/// <summary>Lines as logrus writes them when it does not write to a terminal.</summary>
internal static class LogrusLine
{
    /// <summary><c>time="…" level=info msg="…" key=value</c> without line end; no value can begin a new line.</summary>
    public static string Format(DateTimeOffset time, LogrusLevel level, string message, ReadOnlySpan<(string Key, string Value)> fields)
    {
        var line = new StringBuilder(message.Length + 64);
        line.Append("time=\"")
            .Append(time.ToString(time.Offset == TimeSpan.Zero ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:sszzz", null))
            .Append("\" level=")
            .Append(Name(level))
            .Append(" msg=");
        AppendValue(line, message);
        foreach (var (key, value) in fields)
        {
            line.Append(' ').Append(key).Append('=');
            AppendValue(line, value);
        }

        return line.ToString();
    }

    /// <summary>Labels as Go prints a map.</summary>
    public static string Map(IReadOnlyDictionary<string, string> labels) =>
        $"map[{string.Join(' ', labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}:{label.Value}"))}]";

    private static string Name(LogrusLevel level) => level.ToString().ToLowerInvariant();

    private static void AppendValue(StringBuilder line, string value)
    {
        if (value.All(IsPlain))
        {
            line.Append(value);
            return;
        }

        line.Append('"');
        foreach (var character in value)
        {
            AppendQuoted(line, character);
        }

        line.Append('"');
    }

    private static bool IsPlain(char character) => char.IsAsciiLetterOrDigit(character) || "-._/@^+".Contains(character);

    private static void AppendQuoted(StringBuilder line, char character) =>
        _ = character switch
        {
            '"' => line.Append("\\\""),
            '\\' => line.Append("\\\\"),
            '\n' => line.Append("\\n"),
            '\r' => line.Append("\\r"),
            '\t' => line.Append("\\t"),
            _ when char.IsSurrogate(character) || VisibleText.IsHidden(new Rune(character)) => line.Append($"\\u{(int)character:x4}"),
            _ => line.Append(character),
        };
}
