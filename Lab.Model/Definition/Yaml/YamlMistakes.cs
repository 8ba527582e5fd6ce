using System.Text.RegularExpressions;
using YamlDotNet.Core;

namespace Lab.Model.Definition;

/// <summary>What the author of a text that is not YAML most probably did. The parser often sees it later, or elsewhere.</summary>
internal static partial class YamlMistakes
{
    /// <summary>The problem, at the place that is to be changed.</summary>
    public static DefinitionProblem Explain(string text, YamlException error)
    {
        var lines = text.Split('\n');
        return Tab(lines) ?? DuplicateKey(lines, error) ?? CommentInList(lines) ?? ColonInValue(lines, error) ?? Unexplained(error);
    }

    private static DefinitionProblem? Tab(string[] lines) =>
        Find(lines, TabIndentation(), "tab") is var (line, column)
            ? new(line, column, "a tab in the indentation; YAML is indented with spaces: replace each tab by two")
            : null;

    private static DefinitionProblem? DuplicateKey(string[] lines, YamlException error)
    {
        if (!error.Message.StartsWith("Duplicate key", StringComparison.Ordinal))
        {
            return null;
        }

        var key = lines[error.Start.Line - 1][(int)(error.Start.Column - 1)..(int)(error.End.Column - 1)];
        return new(error.Start.Line, error.Start.Column, $"key {key} stands here a second time; keep one of the two");
    }

    private static DefinitionProblem? CommentInList(string[] lines) =>
        Find(lines, CommentBeforeBracket(), "comment") is var (line, column)
            ? new(line, column, "'#' after a space begins a comment, so the bracket is never closed; write the text with '#' in quotes")
            : null;

    private static DefinitionProblem? ColonInValue(string[] lines, YamlException error)
    {
        var line = lines.ElementAtOrDefault((int)error.Start.Line - 1) ?? "";
        return SecondColon().Match(line) is { Success: true } match
            ? new(error.Start.Line, match.Groups["value"].Index + 1, "a value with ': ' in it; write the value in quotes")
            : null;
    }

    private static DefinitionProblem Unexplained(YamlException error) => new(error.Start.Line, error.Start.Column, $"not valid YAML: {error.Message}");

    private static (long Line, long Column)? Find(string[] lines, Regex form, string group)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (form.Match(lines[i]) is { Success: true } match)
            {
                return (i + 1, match.Groups[group].Index + 1);
            }
        }

        return null;
    }

    [GeneratedRegex(@"^ *(?<tab>\t)\s*[^\s#]")]
    private static partial Regex TabIndentation();

    [GeneratedRegex("""^[^#"']*[\[{][^\]}"']* (?<comment>#).*[\]}]""")]
    private static partial Regex CommentBeforeBracket();

    [GeneratedRegex("""^\s*(- )?[^\s:"'#]+:\s+(?<value>[^\s"'{\[|>#][^"'#]*:(\s|$))""")]
    private static partial Regex SecondColon();
}
