using System.Text.RegularExpressions;

namespace Lab.Dashboard.Looks;

/// <summary>A piece of a line in one look.</summary>
/// <param name="Text">The text.</param>
/// <param name="Look">Class names of the style sheet; empty for the usual look.</param>
public readonly record struct TextRun(string Text, string Look);

/// <summary>
/// Lines of programs that write for a terminal: colours (SGR, ECMA-48 8.3.117, the sixteen that every terminal has) become looks, all
/// other control sequences are left out.
/// </summary>
public static partial class AnsiText
{
    /// <summary>The pieces of a line.</summary>
    public static IReadOnlyList<TextRun> Runs(string line)
    {
        if (!line.Contains('\e'))
        {
            return [new TextRun(line, "")];
        }

        var runs = new List<TextRun>();
        var (look, from) = (new Look(), 0);
        foreach (var sequence in Sequence().EnumerateMatches(line))
        {
            Add(line[from..sequence.Index]);
            var text = line.AsSpan(sequence.Index, sequence.Length);
            look = text.StartsWith("\e[") && text[^1] == 'm' ? look.With(text[2..^1].ToString()) : look;
            from = sequence.Index + sequence.Length;
        }

        Add(line[from..]);
        return runs;

        void Add(string text)
        {
            if (text.Length > 0)
            {
                runs.Add(new TextRun(text, look.ToString()));
            }
        }
    }

    /// <summary>The line without control sequences.</summary>
    public static string Plain(string line) => line.Contains('\e') ? Sequence().Replace(line, "") : line;

    [GeneratedRegex(@"\e(?:\[[0-?]*[ -/]*[@-~]|\][^\a\e]*(?:\a|\e\\)?|[ -/]*[0-~])")]
    private static partial Regex Sequence();

    private readonly record struct Look(int? Colour, bool Bold)
    {
        public Look With(string parameters) =>
            parameters
                .Split(';')
                .Aggregate(
                    this,
                    (look, parameter) =>
                        (int.TryParse(parameter, out var code) ? code : 0) switch
                        {
                            0 => new Look(),
                            1 => look with { Bold = true },
                            22 => look with { Bold = false },
                            >= 30 and <= 37 and var colour => look with { Colour = colour - 30 },
                            39 => look with { Colour = null },
                            >= 90 and <= 97 and var colour => look with { Colour = colour - 90 },
                            _ => look,
                        }
                );

        public override string ToString() => $"{(Colour is { } colour ? $"ansi-{colour}" : "")}{(Bold ? " ansi-bold" : "")}";
    }
}
