using System.Text;

namespace Lab.GoTemplates;

/// <summary>One value by one verb.</summary>
internal static class PrintfVerb
{
    public static string Format(PrintfDirective directive, object? value)
    {
        var verb = directive.Verb!.Value.Value;
        return verb switch
        {
            'T' => directive.Pad(Truncate(directive, GoValue.TypeName(value)), zeros: true),
            'v' when directive.Sharp => directive.Pad(GoSyntax.Write(value), zeros: false),
            _ => Format(directive, verb, value),
        };
    }

    private static string Format(PrintfDirective directive, int verb, object? value) =>
        value switch
        {
            null when verb == 'v' => directive.Pad("<nil>", zeros: true),
            null => $"%!{directive.Verb}(<nil>)",
            string text => PrintfString.Format(directive, verb, text) ?? Bad(directive, value),
            bool truth when verb is 't' or 'v' => directive.Pad(truth ? "true" : "false", zeros: true),
            long number => PrintfInteger.Format(directive, verb, number, isUnsigned: false) ?? Bad(directive, value),
            byte number => PrintfInteger.Format(directive, verb, number, isUnsigned: true) ?? Bad(directive, value),
            double number => Float(directive, verb, number) ?? Bad(directive, value),
            IReadOnlyList<object?> list => $"[{string.Join(' ', list.Select(element => Nested(directive, element)))}]",
            _ when GoValue.IsMap(value) =>
                $"map[{string.Join(' ', GoValue.SortedEntries(value)
            .Select(entry => $"{Nested(directive, entry.Key)}:{Nested(directive, entry.Value)}"))}]",
            _ => Bad(directive, value),
        };

    private static string Nested(PrintfDirective directive, object? value) => value is null ? "<nil>" : Format(directive, value);

    private static string? Float(PrintfDirective directive, int verb, double value)
    {
        if (verb is not ('v' or 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or 'x' or 'X'))
        {
            return null;
        }

        var precision = directive.Precision ?? (verb is 'v' or 'g' or 'G' or 'x' or 'X' ? null : 6);
        var text = GoFloat.Format(value, verb == 'v' ? 'g' : (char)verb, precision);
        directive.Budget.TakeText(text.Length);
        if (text[0] is not ('-' or '+'))
        {
            text =
                directive.Plus ? "+" + text
                : directive.Space ? " " + text
                : text;
        }

        return directive.Pad(text, zeros: double.IsFinite(value));
    }

    private static string Bad(PrintfDirective directive, object? value) =>
        $"%!{directive.Verb}({GoValue.TypeName(value)}={Format(directive with { Verb = new Rune('v') }, value)})";

    private static string Truncate(PrintfDirective directive, string text) =>
        directive.Precision is { } length ? string.Concat(text.EnumerateRunes().Take(length)) : text;
}
