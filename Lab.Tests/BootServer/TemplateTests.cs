using System.Text;
using System.Text.Json;
using Lab.BootServer.Data;
using Lab.GoTemplates;

namespace Lab.Tests.BootServer;

/// <summary>The template engine against what Go's text/template was observed to make of the same templates and data.</summary>
public sealed class TemplateTests
{
    private static readonly Dictionary<string, object?> Data = ReadData();

    public static TheoryData<string, string?> Observed()
    {
        var cases = new TheoryData<string, string?>();
        foreach (var line in File.ReadLines(Path.Combine(BootServerUnderTest.Fixtures, "template-cases.jsonl")))
        {
            using var document = JsonDocument.Parse(line);
            cases.Add(document.RootElement.GetProperty("template").GetString()!, document.RootElement.GetProperty("output").GetString());
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Observed))]
    public void A_template_renders_as_in_Go(string template, string? output)
    {
        if (output is null)
        {
            Assert.Throws<TemplateException>(() => Render(template));
        }
        else
        {
            Assert.Equal(output, Render(template));
        }
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("{{if .yes}}", "{{end}}")]
    [InlineData("{{with .m}}", "{{end}}")]
    [InlineData("{{if .no}}{{else if .no}}{{else if .no}}", "{{end}}")]
    [InlineData("{{block \"x\" .}}", "{{end}}")]
    public void Deep_nesting_is_refused_and_does_no_harm(string open, string close)
    {
        var inside = open == "(" ? "1" : "";
        var text = string.Concat(Enumerable.Repeat(open, 100_000)) + inside + string.Concat(Enumerable.Repeat(close, 100_000));
        Assert.Throws<TemplateException>(() => Template.Parse(open == "(" ? $"{{{{{text}}}}}" : text));
    }

    [Fact]
    public void A_long_chain_of_conditions_does_no_harm() =>
        Assert.Throws<TemplateException>(() => Template.Parse("{{if .no}}" + string.Concat(Enumerable.Repeat("{{else if .no}}", 100_000)) + "{{end}}"));

    [Fact]
    public void A_deep_call_inside_deep_nesting_does_no_harm()
    {
        var (open, close) = (string.Concat(Enumerable.Repeat("{{if .}}", 400)), string.Concat(Enumerable.Repeat("{{end}}", 400)));
        Assert.Throws<TemplateException>(() => Render($"{{{{define \"r\"}}}}{open}{{{{template \"r\" .}}}}{close}{{{{end}}}}{{{{template \"r\" .}}}}"));
    }

    [Fact]
    public void An_error_says_in_which_line() =>
        Assert.Contains("line 3", Assert.Throws<TemplateException>(() => Render("a\nb\n{{.missing}}")).Message, StringComparison.Ordinal);

    [Fact]
    public void Bytes_that_are_no_text_pass_through()
    {
        var template = GoText.Decode([0xFF, (byte)'a', 0xC3, 0xA9, 0x80]);
        Assert.Equal([0xFF, (byte)'a', 0xC3, 0xA9, 0x80], GoText.Encode(Render(template)));
    }

    private static string Render(string template) => Template.Parse(template).Render(Data, TestContext.Current.CancellationToken);

    private static Dictionary<string, object?> ReadData()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(BootServerUnderTest.Fixtures, "template-data.json"), Encoding.UTF8));
        return new Dictionary<string, object?>((Dictionary<string, object?>)GoJson.Any(document.RootElement)!)
        {
            ["request"] = new Dictionary<string, object?>
            {
                ["query"] = new Dictionary<string, string> { ["foo"] = "bar", ["mac"] = "aa:bb" },
                ["raw_query"] = "foo=bar",
            },
        };
    }
}
