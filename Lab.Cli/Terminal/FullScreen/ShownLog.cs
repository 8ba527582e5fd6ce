using Lab.Dashboard.Looks;
using Lab.Model;
using Lab.Runtime.State;

namespace LabCli.Terminal.FullScreen;

/// <summary>The log of one resource, followed until another one is wanted. It belongs to the thread that draws.</summary>
internal sealed class ShownLog(ILabResources lab) : IDisposable
{
    private CancellationTokenSource _following = new();
    private LogLines _lines = new();
    private string _filter = "";
    private int? _last;

    /// <summary>The resource; null for none.</summary>
    public string? Of { get; private set; }

    /// <summary>What its lines must hold; empty for all.</summary>
    public string Filter
    {
        get => _filter;
        set
        {
            (_filter, _last) = (value, null);
            _lines.Search(value, onlyMatches: true);
        }
    }

    /// <summary>True when the newest line shows.</summary>
    public bool IsAtEnd => _last is null;

    /// <summary>Shows another log from its end, whole.</summary>
    public void Show(string? resource)
    {
        if (resource == Of)
        {
            return;
        }

        Dispose();
        (Of, _following, _lines, _last, _filter) = (resource, new CancellationTokenSource(), new LogLines(), null, "");
        if (resource is not null)
        {
            _ = FollowAsync(resource, _lines, _following.Token);
        }
    }

    /// <summary>The lines that show in a window of that height, and how many there are.</summary>
    public (IReadOnlyList<string> Lines, int Count) Window(int height)
    {
        _lines.Take();
        var count = _lines.Shown.Count;
        var end = Math.Min(_last ?? count, count);
        return (
            [
                .. _lines
                    .Shown.Take(Math.Max(0, end - height)..end)
                    .Select(line => VisibleText.Of(AnsiText.Plain(line.Text)).Replace("\t", "    ", StringComparison.Ordinal)),
            ],
            count
        );
    }

    /// <summary>Moves the window.</summary>
    /// <param name="by">Lines towards the end; a negative number towards the beginning.</param>
    /// <param name="height">The window's height.</param>
    public void Scroll(int by, int height)
    {
        var count = _lines.Shown.Count;
        var end = Math.Max(Math.Min(height, count), Math.Clamp((_last ?? count) + by, 0, count));
        _last = end == count ? null : end;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _following.Cancel();
        _following.Dispose();
    }

    private async Task FollowAsync(string resource, LogLines lines, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var line in lab.ReadLogAsync(resource, follow: true, cancellationToken))
            {
                lines.Add(line);
            }
        }
        catch (OperationCanceledException) { }
    }
}
