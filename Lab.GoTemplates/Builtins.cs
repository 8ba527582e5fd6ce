namespace Lab.GoTemplates;

/// <summary>The functions of text/template. <c>and</c> and <c>or</c> are evaluated where their arguments are.</summary>
internal static class Builtins
{
    private static readonly Dictionary<string, Builtin> Table = new(StringComparer.Ordinal)
    {
        ["and"] = new(1, null, arguments => arguments[^1]),
        ["or"] = new(1, null, arguments => arguments[^1]),
        ["not"] = new(1, 1, arguments => !GoValue.IsTrue(arguments[0])) { ReadsElements = false },
        ["eq"] = new(1, null, arguments => Comparison.EqualsAny(arguments)),
        ["ne"] = new(2, 2, arguments => !Comparison.EqualsAny(arguments)),
        ["lt"] = new(2, 2, arguments => Comparison.IsLess(arguments[0], arguments[1])),
        ["le"] = new(2, 2, arguments => Comparison.IsLessOrEqual(arguments[0], arguments[1])),
        ["gt"] = new(2, 2, arguments => !Comparison.IsLessOrEqual(arguments[0], arguments[1])),
        ["ge"] = new(2, 2, arguments => !Comparison.IsLess(arguments[0], arguments[1])),
        ["len"] = new(1, 1, arguments => Indexing.Length(arguments[0])) { ReadsElements = false },
        ["index"] = new(1, null, Indexing.Index) { ReadsElements = false },
        ["slice"] = new(1, null, Indexing.Slice) { ReadsElements = false },
        ["print"] = new(0, null, arguments => GoFormat.Sprint(arguments)),
        ["println"] = new(0, null, arguments => GoFormat.Sprintln(arguments)),
        ["printf"] = new(1, null, (arguments, budget) => Printf.Format(FormatOf(arguments[0]), arguments.Skip(1).ToList(), budget)),
        ["html"] = new(0, null, arguments => Escaping.Html(Escaping.Text(arguments))),
        ["js"] = new(0, null, arguments => Escaping.JavaScript(Escaping.Text(arguments))),
        ["urlquery"] = new(0, null, arguments => Escaping.Query(Escaping.Text(arguments))),
        ["call"] = new(1, null, _ => throw new TemplateException("error calling call: there are no functions among the values")),
    };

    /// <summary>The functions by name.</summary>
    public static IReadOnlyDictionary<string, Builtin> Functions => Table;

    /// <exception cref="TemplateException">Too few or too many arguments, of kinds that the function does not take, or too much of them.</exception>
    public static object? Call(string name, IReadOnlyList<object?> arguments, RenderBudget budget)
    {
        var function = Table[name];
        if (arguments.Count < function.Least || arguments.Count > (function.Most ?? int.MaxValue))
        {
            throw new TemplateException(
                $"wrong number of args for {name}: want {(function.Most is null ? "at least " : "")}{function.Least} got {arguments.Count}"
            );
        }

        foreach (var argument in arguments)
        {
            Take(function, argument, budget);
        }

        var result = function.Invoke(arguments, budget);
        budget.TakeText(result is string made ? made.Length : 0);
        return result;
    }

    /// <summary>A function makes a few characters at most of each that it reads; what widths and precisions add is counted where it is made.</summary>
    private static void Take(Builtin function, object? argument, RenderBudget budget)
    {
        if (function.ReadsElements)
        {
            budget.TakeValue(argument);
        }
        else
        {
            budget.TakeText(argument is string text ? text.Length : 1);
        }
    }

    private static string FormatOf(object? value) =>
        value as string ?? throw new TemplateException($"wrong type for value; expected string; got {GoValue.TypeName(value)}");
}

/// <summary>A function of templates.</summary>
/// <param name="Least">Fewest arguments.</param>
/// <param name="Most">Most arguments; null: any number.</param>
/// <param name="Invoke">What it does.</param>
internal sealed record Builtin(int Least, int? Most, Func<IReadOnlyList<object?>, RenderBudget, object?> Invoke)
{
    public Builtin(int least, int? most, Func<IReadOnlyList<object?>, object?> invoke)
        : this(least, most, (arguments, _) => invoke(arguments)) { }

    /// <summary>Whether it goes through the lists and maps that it gets, as what prints them does.</summary>
    public bool ReadsElements { get; init; } = true;
}
