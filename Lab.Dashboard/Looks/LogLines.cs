namespace Lab.Dashboard.Looks;

/// <summary>
/// The lines that a page shows of a log. One thread adds, another (the page's own) takes over and searches; a log that is longer than
/// <see cref="Limit"/> loses its oldest lines here, not in its file.
/// </summary>
public sealed class LogLines
{
    /// <summary>The most lines that are kept.</summary>
    public const int Limit = 200_000;

    private readonly Lock _lock = new();
    private readonly List<LogLine> _all = [];
    private List<LogLine> _added = [];
    private string _search = "";
    private bool _onlyMatches = true;

    /// <summary>The lines to show, oldest first.</summary>
    public List<LogLine> Shown { get; private set; } = [];

    /// <summary>How many lines there are.</summary>
    public int Total => _all.Count;

    /// <summary>How many hold what is searched for.</summary>
    public int Matches { get; private set; }

    /// <summary>Adds a line, from any thread; it shows after the next <see cref="Take"/>.</summary>
    public void Add(LogLine line)
    {
        lock (_lock)
        {
            _added.Add(line);
        }
    }

    /// <summary>Takes over what was added.</summary>
    /// <returns>True when there was something.</returns>
    public bool Take()
    {
        List<LogLine> added;
        lock (_lock)
        {
            (added, _added) = (_added, []);
        }

        if (added.Count == 0)
        {
            return false;
        }

        _all.AddRange(added);
        if (_all.Count > Limit)
        {
            _all.RemoveRange(0, _all.Count - Limit + (Limit / 10));
            Search(_search, _onlyMatches);
            return true;
        }

        var matching = added.Where(IsMatch).ToList();
        Matches += matching.Count;
        Shown.AddRange(_onlyMatches ? matching : added);
        return true;
    }

    /// <summary>Searches anew.</summary>
    /// <param name="search">What to look for, in any case; empty for all.</param>
    /// <param name="onlyMatches">True to show only lines that hold it.</param>
    public void Search(string search, bool onlyMatches)
    {
        (_search, _onlyMatches) = (search, onlyMatches);
        var matching = _all.Where(IsMatch).ToList();
        Matches = matching.Count;
        Shown = onlyMatches ? matching : [.. _all];
    }

    private bool IsMatch(LogLine line) => _search.Length == 0 || AnsiText.Plain(line.Text).Contains(_search, StringComparison.OrdinalIgnoreCase);
}
