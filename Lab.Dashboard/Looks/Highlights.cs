namespace Lab.Dashboard.Looks;

/// <summary>Where a search finds its words in a line.</summary>
public static class Highlights
{
    /// <summary>The runs, cut so that what was searched for stands alone.</summary>
    /// <param name="runs">The line's pieces.</param>
    /// <param name="search">What is searched for, in any case; empty for nothing.</param>
    public static IEnumerable<(TextRun Run, bool IsMatch)> Of(IReadOnlyList<TextRun> runs, string search)
    {
        foreach (var run in runs)
        {
            var from = 0;
            while (search.Length > 0 && run.Text.IndexOf(search, from, StringComparison.OrdinalIgnoreCase) is >= 0 and var at)
            {
                if (at > from)
                {
                    yield return (run with { Text = run.Text[from..at] }, false);
                }

                yield return (run with { Text = run.Text[at..(at + search.Length)] }, true);
                from = at + search.Length;
            }

            if (from < run.Text.Length)
            {
                yield return (run with { Text = run.Text[from..] }, false);
            }
        }
    }
}
