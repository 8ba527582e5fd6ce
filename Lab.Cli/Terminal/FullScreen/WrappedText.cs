namespace LabCli.Terminal.FullScreen;

/// <summary>A long line as several.</summary>
internal static class WrappedText
{
    /// <summary>Broken at a space in the second half of a line, else wherever the line is full.</summary>
    public static IEnumerable<string> Of(string text, int width)
    {
        for (var most = Math.Max(width, 2); text.Length > most; )
        {
            var space = text.LastIndexOf(' ', most, most / 2);
            var end = space < 0 ? most : space;
            yield return text[..end];
            text = text[end..].TrimStart(' ');
        }

        yield return text;
    }
}
