using System.Text.RegularExpressions;

namespace Lab.Tests;

public sealed partial class DocsTests
{
    public static TheoryData<string> Pages { get; } =
    [
        "README.md",
        "examples/README.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "CHANGELOG.md",
        .. Directory
            .EnumerateFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.PathOf("."), path))
            .Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_to_a_file_leads_to_one(string page)
    {
        var path = Repository.PathOf(page);
        var links = Link()
            .Matches(File.ReadAllText(path))
            .Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal));
        Assert.All(
            links,
            target => Assert.True(Path.Exists(Path.Combine(Path.GetDirectoryName(path)!, target)), $"{page} links to {target}, which is not there")
        );
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_to_a_heading_leads_to_one(string page)
    {
        var path = Repository.PathOf(page);
        var links = HeadingLink().Matches(File.ReadAllText(path)).Select(match => (Page: match.Groups["page"].Value, Heading: match.Groups["heading"].Value));
        Assert.All(
            links.Where(link => !link.Page.Contains("://", StringComparison.Ordinal)),
            link => Assert.Contains(link.Heading, Anchors(link.Page.Length == 0 ? path : Path.Combine(Path.GetDirectoryName(path)!, link.Page)))
        );
    }

    [Fact]
    public void The_messages_that_the_README_explains_are_those_that_Lab_prints()
    {
        var troubleshooting = Troubleshooting().Match(File.ReadAllText(Repository.PathOf("README.md"))).Value;
        var messages = Message().Matches(troubleshooting).Select(match => match.Groups["message"].Value).ToList();
        var sources = string.Concat(
            Directory
                .EnumerateFiles(Repository.PathOf("."), "*.cs", SearchOption.AllDirectories)
                .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/Lab.Tests/", StringComparison.Ordinal))
                .Select(File.ReadAllText)
        );
        Assert.True(messages.Count >= 5, troubleshooting);
        Assert.All(messages, message => Assert.Matches(string.Join(".{1,400}?", message.Split('…').Select(Regex.Escape)), sources));
    }

    /// <summary>The anchors of a page's headings, as GitHub makes them.</summary>
    private static IEnumerable<string> Anchors(string path) =>
        Heading().Matches(File.ReadAllText(path)).Select(match => NotInAnchor().Replace(match.Groups["text"].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\((?<page>[^)#\s]*)#(?<heading>[^)\s]+)\)")]
    private static partial Regex HeadingLink();

    [GeneratedRegex(@"(?m)^#+ (?<text>.*)$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();

    [GeneratedRegex(@"(?s)## Troubleshooting.*?\n## ")]
    private static partial Regex Troubleshooting();

    [GeneratedRegex(@"(?m)^\| `(?<message>(?!error NU)[^`]+)`[^|]*\|")]
    private static partial Regex Message();

    [GeneratedRegex(@"\]\((?<target>[^)#\s]+)")]
    private static partial Regex Link();
}
