namespace Lab.BootServer.Http;

/// <summary>
/// Tells a type from a body's first 512 bytes, as Go's http.DetectContentType does (https://mimesniff.spec.whatwg.org/).
/// </summary>
internal static class ContentSniffer
{
    /// <summary>How many bytes count.</summary>
    public const int Length = 512;

    private static readonly string[] HtmlTags =
    [
        "<!DOCTYPE HTML",
        "<HTML",
        "<HEAD",
        "<SCRIPT",
        "<IFRAME",
        "<H1",
        "<DIV",
        "<FONT",
        "<TABLE",
        "<A",
        "<STYLE",
        "<TITLE",
        "<B",
        "<BODY",
        "<BR",
        "<P",
        "<!--",
    ];

    public static string Detect(ReadOnlySpan<byte> data)
    {
        data = data[..Math.Min(data.Length, Length)];
        var text = data.TrimStart("\t\n\f\r "u8);
        if (HtmlTags.Any(Begins(text)))
        {
            return "text/html; charset=utf-8";
        }

        if (text.StartsWith("<?xml"u8))
        {
            return "text/xml; charset=utf-8";
        }

        return FileSignatures.Match(data) ?? (IsText(text) ? MediaTypes.PlainText : MediaTypes.OctetStream);
    }

    private static Func<string, bool> Begins(ReadOnlySpan<byte> text)
    {
        // A tag is at most 14 bytes and one that ends it.
        var start = System.Text.Encoding.Latin1.GetString(text[..Math.Min(text.Length, 16)]);
        return tag => start.Length > tag.Length && start.StartsWith(tag, StringComparison.OrdinalIgnoreCase) && start[tag.Length] is ' ' or '>';
    }

    private static bool IsText(ReadOnlySpan<byte> data)
    {
        foreach (var octet in data)
        {
            if (octet is <= 0x08 or 0x0B or (>= 0x0E and <= 0x1A) or (>= 0x1C and <= 0x1F))
            {
                return false;
            }
        }

        return true;
    }
}
