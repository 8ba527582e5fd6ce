using System.Text;

namespace Lab.GoTemplates;

/// <summary>Go's fmt.Sprintf for the values that templates have. Explicit argument indexes (<c>%[1]d</c>) are not supported.</summary>
internal static class Printf
{
    /// <summary>Mistakes are printed, as Go does: <c>%!d(string=x)</c>, <c>%!d(MISSING)</c>, <c>%!(EXTRA string=x)</c>.</summary>
    public static string Format(string format, IReadOnlyList<object?> arguments, RenderBudget budget)
    {
        var output = new StringBuilder(format.Length);
        var next = 0;
        var position = 0;
        while (position < format.Length)
        {
            var percent = format.IndexOf('%', position);
            output.Append(format, position, (percent < 0 ? format.Length : percent) - position);
            if (percent < 0)
            {
                break;
            }

            position = percent + 1;
            var directive = PrintfDirective.Read(format, ref position, arguments, ref next, budget);
            output.Append(directive.Error);
            Apply(output, directive, arguments, ref next);
        }

        AppendExtra(output, arguments, next);
        return output.ToString();
    }

    private static void Apply(StringBuilder output, PrintfDirective directive, IReadOnlyList<object?> arguments, ref int next)
    {
        if (directive.Verb is null)
        {
            output.Append("%!(NOVERB)");
        }
        else if (directive.Verb.Value.Value == '%')
        {
            output.Append('%');
        }
        else if (next >= arguments.Count)
        {
            output.Append($"%!{directive.Verb}(MISSING)");
        }
        else
        {
            output.Append(PrintfVerb.Format(directive, arguments[next++]));
        }
    }

    private static void AppendExtra(StringBuilder output, IReadOnlyList<object?> arguments, int next)
    {
        if (next < arguments.Count)
        {
            var extra = arguments.Skip(next).Select(argument => argument is null ? "<nil>" : $"{GoValue.TypeName(argument)}={GoFormat.Value(argument)}");
            output.Append($"%!(EXTRA {string.Join(", ", extra)})");
        }
    }
}
