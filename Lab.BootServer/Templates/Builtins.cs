using Lab.BootServer.Http;

namespace Lab.BootServer.Templates;

/// <summary>The functions of text/template. <c>and</c> and <c>or</c> are evaluated where their arguments are.</summary>
internal static class Builtins
{
    private static readonly Dictionary<string, Builtin> Table = new(StringComparer.Ordinal)
    {
        ["and"] = new(1, null, arguments => arguments[^1]),
        ["or"] = new(1, null, arguments => arguments[^1]),
        ["not"] = new(1, 1, arguments => !GoValue.IsTrue(arguments[0])),
        ["eq"] = new(1, null, arguments => Comparison.EqualsAny(arguments)),
        ["ne"] = new(2, 2, arguments => !Comparison.EqualsAny(arguments)),
        ["lt"] = new(2, 2, arguments => Comparison.IsLess(arguments[0], arguments[1])),
        ["le"] = new(2, 2, arguments => Comparison.IsLessOrEqual(arguments[0], arguments[1])),
        ["gt"] = new(2, 2, arguments => !Comparison.IsLessOrEqual(arguments[0], arguments[1])),
        ["ge"] = new(2, 2, arguments => !Comparison.IsLess(arguments[0], arguments[1])),
        ["len"] = new(1, 1, arguments => Indexing.Length(arguments[0])),
        ["index"] = new(1, null, Indexing.Index),
        ["slice"] = new(1, null, Indexing.Slice),
        ["print"] = new(0, null, arguments => GoFormat.Sprint(arguments)),
        ["println"] = new(0, null, arguments => GoFormat.Sprintln(arguments)),
        ["printf"] = new(1, null, arguments => Printf.Format(FormatOf(arguments[0]), arguments.Skip(1).ToList())),
        ["html"] = new(0, null, arguments => Escaping.Html(Escaping.Text(arguments))),
        ["js"] = new(0, null, arguments => Escaping.JavaScript(Escaping.Text(arguments))),
        ["urlquery"] = new(0, null, arguments => GoUrl.EscapeQuery(Escaping.Text(arguments))),
        ["call"] = new(1, null, _ => throw new TemplateException("error calling call: there are no functions among the values")),
    };

    /// <summary>The functions by name.</summary>
    public static IReadOnlyDictionary<string, Builtin> Functions => Table;

    /// <exception cref="TemplateException">Too few or too many arguments, or of kinds that the function does not take.</exception>
    public static object? Call(string name, IReadOnlyList<object?> arguments)
    {
        var function = Table[name];
        if (arguments.Count < function.Least || arguments.Count > (function.Most ?? int.MaxValue))
        {
            throw new TemplateException(
                $"wrong number of args for {name}: want {(function.Most is null ? "at least " : "")}{function.Least} got {arguments.Count}");
        }

        return function.Invoke(arguments);
    }

    private static string FormatOf(object? value)
        => value as string ?? throw new TemplateException($"wrong type for value; expected string; got {GoValue.TypeName(value)}");
}

/// <summary>A function of templates.</summary>
/// <param name="Least">Fewest arguments.</param>
/// <param name="Most">Most arguments; null: any number.</param>
/// <param name="Invoke">What it does.</param>
internal sealed record Builtin(int Least, int? Most, Func<IReadOnlyList<object?>, object?> Invoke);
