using System.Text;
using System.Text.Json;
using Lab.Model;

namespace Lab.Tests.Model;

public sealed class VisibleTextTests
{
    /// <summary>One of each class that the standards know, between words.</summary>
    public static string Hostile { get; } =
        "a\e[2Jb\u0007c\rd\u0085e\u009b31mf\u00adg\u061ch\u200bi\u200ej\u200fk\u2028l\u2029m\u202en\u2066o\u2069p\ufeffq\U000e0041r\u007fs";

    /// <summary>What a reader gets to see of it.</summary>
    public static string Shown { get; } =
        @"a\u001b[2Jb\u0007c\u000dd\u0085e\u009b31mf\u00adg\u061ch\u200bi\u200ej\u200fk\u2028l\u2029m\u202en\u2066o\u2069p\ufeffq\udb40\udc41r\u007fs";

    /// <summary>The characters of a text that are not seen.</summary>
    public static IEnumerable<Rune> HiddenIn(string text) => text.EnumerateRunes().Where(VisibleText.IsHidden);

    [Fact]
    public void What_is_not_seen_stands_as_an_escape() => Assert.Equal(Shown, VisibleText.Of(Hostile));

    [Theory]
    [InlineData("")]
    [InlineData("a name\twith a tab\nand a second line")]
    [InlineData("Zürich 東京 🚀 é ا ب")]
    public void What_is_seen_stays(string text) => Assert.Same(text, VisibleText.Of(text));

    [Fact]
    public void Half_a_character_is_escaped() => Assert.Equal(@"a\ud83db\ude80", VisibleText.Of("a\ud83db\ude80"));

    [Theory]
    [InlineData(0x80, 0x9F)]
    [InlineData(0x00, 0x08)]
    [InlineData(0x0B, 0x1F)]
    [InlineData(0x200B, 0x200F)]
    [InlineData(0x2028, 0x202E)]
    [InlineData(0x2066, 0x2069)]
    [InlineData(0xE0020, 0xE007F)]
    public void All_of_a_range_is_escaped(int first, int last) =>
        Assert.All(Enumerable.Range(first, last - first + 1), code => Assert.StartsWith(@"\u", VisibleText.Of(new Rune(code).ToString())));

    [Fact]
    public void In_JSON_it_is_the_same_text_still()
    {
        var json = VisibleText.Of(
            JsonSerializer.Serialize(Hostile, new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })
        );
        Assert.Empty(HiddenIn(json));
        Assert.Equal(Hostile, JsonSerializer.Deserialize<string>(json));
    }

    [Fact]
    public void Colours_stay_where_they_are_known() =>
        Assert.Equal("\e[31mred\e[0m" + @"\u202e\u001b[2J\u001b]0;title\u0007", VisibleText.OfColoured("\e[31mred\e[0m\u202e\e[2J\e]0;title\a"));
}
