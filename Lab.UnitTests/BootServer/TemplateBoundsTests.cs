using Lab.GoTemplates;

namespace Lab.UnitTests.BootServer;

/// <summary>What a template may cost, whatever is in it.</summary>
public sealed class TemplateBoundsTests
{
    private static readonly string Doubling = "{{$x := \"0123456789abcdef\"}}" + string.Concat(Enumerable.Repeat("{{$x = printf \"%s%s\" $x $x}}", 40));

    private static readonly Dictionary<string, object?> Data = new()
    {
        ["wide"] = Enumerable.Range(0, 200_000).Select(number => (object?)(double)number).ToList(),
        ["map"] = Enumerable.Range(0, 20_000).ToDictionary(number => $"k{number}", number => (object?)(double)number),
        ["deep"] = Enumerable.Range(0, 1000).Aggregate((object?)"x", (inner, _) => new List<object?> { inner }),
    };

    public static TheoryData<string, string> TooMuch =>
        new()
        {
            { Doubling + "{{$x}}", "characters of text" },
            { Doubling.Replace("printf \"%s%s\"", "print"), "characters of text" },
            { Doubling.Replace("printf \"%s%s\" $x $x", "js (html (urlquery $x $x))"), "characters of text" },
            { Grown + "{{range .wide}}{{$x}}{{end}}", "characters of text" },
            { Grown + "{{range .wide}}{{if eq $x \"y\"}}{{end}}{{end}}", "characters of text" },
            { Grown + "{{range .wide}}{{if index $x 1}}{{end}}{{end}}", "characters of text" },
            { Grown + "{{range .wide}}{{if len $x}}{{end}}{{end}}", "characters of text" },
            { $"{{{{print {Many(".wide")}}}}}", "characters of text" },
            { "{{range .wide}}{{range $.map}}{{break}}{{end}}{{end}}", "characters of text" },
            { "{{range .wide}}{{range $.wide}}{{end}}{{end}}", "characters of text" },
            { "{{printf \"%1000000d\" .wide}}", "characters of text" },
            { "{{printf \"%.1000f\" .wide}}", "characters of text" },
            { $"{{{{printf \"{Many("%1000000d")}\" {Many("1")}}}}}", "characters of text" },
            { $"{{{{printf \"{Many("%.1000000d")}\" {Many("1")}}}}}", "characters of text" },
            { $"{{{{printf \"{Many("%01000000d")}\" {Many("1")}}}}}", "characters of text" },
            { $"{{{{printf \"{Many("%.1000000U")}\" {Many("1")}}}}}", "characters of text" },
            { $"{{{{printf \"{Many("%-1000000s")}\" {Many("\"x\"")}}}}}", "characters of text" },
            { "{{range .wide}}{{range slice $.wide 0 100}}x{{end}}{{end}}", "steps" },
            { "{{define \"r\"}}{{template \"r\"}}{{end}}{{template \"r\"}}", "template depth" },
            { "{{define \"r\"}}{{template \"s\"}}{{end}}{{define \"s\"}}{{template \"r\"}}{{end}}{{template \"r\"}}", "template depth" },
            { Twice(60), "steps" },
            { "{{.deep}}", "deep" },
            { "{{printf \"%v\" .deep}}", "deep" },
            { string.Concat(Enumerable.Repeat("{{$x := 1}}", 2000)), "variables" },
        };

    private static string Grown => "{{$x := printf \"%100000d\" 1}}";

    [Theory]
    [MemberData(nameof(TooMuch))]
    public void What_takes_too_much_is_refused_with_the_reason(string template, string reason)
    {
        var rendered = Template.Parse(template);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<TemplateException>(() => rendered.Render(Data, TestContext.Current.CancellationToken));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains("line 1", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1L << 30);
    }

    [Theory]
    [InlineData("{{printf \"%1000000000d\" 1}}", "%!(NOVERB)%!(EXTRA int=1)")]
    [InlineData("{{printf \"%.1000000000d|%s\" 1 \"x\"}}", "%!(NOVERB)%!(EXTRA int=1, string=x)")]
    [InlineData("{{printf \"%*d\" 99999999 1}}", "%!(BADWIDTH)1")]
    public void A_width_that_is_too_large_is_none_as_in_Go(string template, string output) =>
        Assert.Equal(output, Template.Parse(template).Render(Data, TestContext.Current.CancellationToken));

    [Fact]
    public void The_deepest_call_and_the_deepest_nesting_together_do_not_exhaust_the_stack()
    {
        var (open, close) = (new string('(', 490), new string(')', 490));
        var nested = Enumerable.Range(0, 90).Aggregate((object?)"x", (inner, _) => new List<object?> { inner });
        var error = Assert.Throws<TemplateException>(() =>
            Template
                .Parse(
                    $"{{{{define \"r\"}}}}{{{{with .}}}}{{{{template \"r\" {open}.{close}}}}}{{{{end}}}}{{{{printf \"%v\" .}}}}{{{{end}}}}{{{{template \"r\" .}}}}"
                )
                .Render(nested, TestContext.Current.CancellationToken)
        );
        Assert.Contains("de", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rendering_that_nobody_waits_for_ends()
    {
        using var gone = new CancellationTokenSource();
        gone.Cancel();
        Assert.Throws<OperationCanceledException>(() => Template.Parse("{{range .wide}}x{{end}}").Render(Data, gone.Token));
        Assert.Throws<OperationCanceledException>(() => Template.Parse("{{printf \"%1000000d\" 1}}").Render(Data, gone.Token));
    }

    [Fact]
    public void A_text_of_the_largest_file_is_rendered() =>
        Assert.Equal(
            RenderBudget.LargestText,
            Template.Parse(new string('x', RenderBudget.LargestText)).Render(Data, TestContext.Current.CancellationToken).Length
        );

    private static string Many(string text) => string.Join(' ', Enumerable.Repeat(text, 100));

    /// <summary>Each template calls the next one twice.</summary>
    private static string Twice(int levels) =>
        string.Concat(
            Enumerable
                .Range(0, levels)
                .Select(level => $"{{{{define \"t{level}\"}}}}{{{{template \"t{level + 1}\"}}}}{{{{template \"t{level + 1}\"}}}}{{{{end}}}}")
        ) + $"{{{{define \"t{levels}\"}}}}{{{{end}}}}{{{{template \"t0\"}}}}";
}
