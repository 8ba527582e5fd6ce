using System.Globalization;
using System.Text.RegularExpressions;
using Lab.Model;

namespace Lab.Runtime.Reports;

/// <summary>Text of machines and programs as XML can hold it.</summary>
internal static partial class ReportText
{
    /// <summary>The text, with escapes for what a reader would not see and for what XML does not allow.</summary>
    public static string Of(string text) =>
        NotInXml().Replace(VisibleText.Of(text), match => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)match.Value[0]:x4}"));

    /// <summary>https://www.w3.org/TR/xml/#charsets, as far as <see cref="VisibleText"/> leaves it.</summary>
    [GeneratedRegex(@"[\uFFFE\uFFFF]")]
    private static partial Regex NotInXml();
}
