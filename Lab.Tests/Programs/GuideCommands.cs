using System.Text.RegularExpressions;

namespace Lab.Tests.Programs;

/// <summary>A command that a page of the documentation shows, and what it shows of its output.</summary>
/// <param name="Page">The page.</param>
/// <param name="Text">The command, without comment.</param>
/// <param name="Shown">The lines below it.</param>
internal sealed partial record GuideCommand(string Page, string Text, IReadOnlyList<string> Shown)
{
    private static readonly string[] Programs = ["dotnet run --project Lab.Cli -- ", "sudo lab ", "lab "];

    /// <summary>The arguments of <c>lab</c>; null for another program's command.</summary>
    public string? OfLab => Programs.Where(Text.StartsWith).Select(program => Text[program.Length..]).FirstOrDefault();

    /// <summary>All commands of README and guides.</summary>
    public static IReadOnlyList<GuideCommand> All { get; } =
    [
        .. new[] { "README.md", "examples/README.md" }
            .Concat(Directory.EnumerateFiles(Repository.PathOf("docs/guide"), "*.md").Select(path => Path.GetRelativePath(Repository.PathOf("."), path)))
            .Order(StringComparer.Ordinal)
            .SelectMany(Of),
    ];

    /// <summary>
    /// Whether an output holds the lines that are shown, in their order: times, ids and what stands for <c>…</c> may be others.
    /// </summary>
    /// <returns>The first line that it does not hold; null when it holds all.</returns>
    public string? Missing(string output)
    {
        var at = 0;
        foreach (var line in Shown.Where(line => line.Trim() != "…"))
        {
            var match = new Regex($@"(?m)^{Pattern(line)}\s*$").Match(output, at);
            if (!match.Success)
            {
                return line;
            }

            at = match.Index + match.Length;
        }

        return null;
    }

    private static IEnumerable<GuideCommand> Of(string page)
    {
        foreach (Match block in Block().Matches(File.ReadAllText(Repository.PathOf(page))))
        {
            var lines = block.Groups["lines"].Value.TrimEnd().Split('\n').Select(line => line.Trim('\r')).ToList();
            for (var i = 0; i < lines.Count; i++)
            {
                if (lines[i].StartsWith("$ ", StringComparison.Ordinal))
                {
                    yield return new(
                        page,
                        Comment().Replace(lines[i][2..], "").Trim(),
                        [.. lines.Skip(i + 1).TakeWhile(line => !line.StartsWith("$ ", StringComparison.Ordinal))]
                    );
                }
            }
        }
    }

    private static string Pattern(string line) => Any().Replace(Number().Replace(Id().Replace(Regex.Escape(line.TrimEnd()), "$1-[0-9a-f]+"), "[0-9.]+"), ".+?");

    [GeneratedRegex(@"(?ms)^```console\n(?<lines>.*?)^```")]
    private static partial Regex Block();

    [GeneratedRegex(@"\s+#(?= ).*$")]
    private static partial Regex Comment();

    [GeneratedRegex("…")]
    private static partial Regex Any();

    [GeneratedRegex(@"\d+\\\.\d+(?=\\ s)")]
    private static partial Regex Number();

    [GeneratedRegex(@"\b(i|rtb|eni)-[0-9a-f]{8,}")]
    private static partial Regex Id();
}
