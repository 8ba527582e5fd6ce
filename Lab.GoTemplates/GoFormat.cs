using System.Globalization;
using System.Text;

namespace Lab.GoTemplates;

/// <summary>Values as Go's fmt prints them with <c>%v</c>.</summary>
public static class GoFormat
{
    /// <summary>What a template prints for nil.</summary>
    internal const string NoValue = "<no value>";

    /// <summary>As a template prints a value.</summary>
    internal static string Printable(object? value) => value is null ? NoValue : Value(value);

    /// <summary><c>%v</c>: nil inside a list or map is <c>&lt;nil&gt;</c>.</summary>
    public static string Value(object? value) =>
        value switch
        {
            null => "<nil>",
            string text => text,
            bool truth => truth ? "true" : "false",
            long number => number.ToString(CultureInfo.InvariantCulture),
            byte number => number.ToString(CultureInfo.InvariantCulture),
            double number => GoFloat.Format(number, 'g', null),
            IReadOnlyList<object?> list => $"[{string.Join(' ', list.Select(Value))}]",
            _ => $"map[{string.Join(' ', GoValue.SortedEntries(value).Select(entry => $"{entry.Key}:{Value(entry.Value)}"))}]",
        };

    /// <summary>One behind the other, with a space between two that are no strings.</summary>
    internal static string Sprint(IReadOnlyList<object?> values)
    {
        var text = new StringBuilder();
        for (var i = 0; i < values.Count; i++)
        {
            if (i > 0 && values[i] is not string && values[i - 1] is not string)
            {
                text.Append(' ');
            }

            text.Append(Value(values[i]));
        }

        return text.ToString();
    }

    /// <summary>With a space between all and a line end.</summary>
    internal static string Sprintln(IReadOnlyList<object?> values) => string.Join(' ', values.Select(Value)) + "\n";

    /// <summary>Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols and the plain space.</summary>
    internal static bool IsPrintable(Rune rune) =>
        rune.Value == ' '
        || Rune.GetUnicodeCategory(rune)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.SpaceSeparator
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
            );
}
