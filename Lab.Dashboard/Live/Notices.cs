namespace Lab.Dashboard.Live;

/// <summary>What the page tells its user in passing: a command that failed, or is done.</summary>
public sealed class Notices
{
    private readonly List<Notice> _all = [];

    /// <summary>Raised when one came or went.</summary>
    public event Action? Changed;

    /// <summary>Those on show, oldest first.</summary>
    public IReadOnlyList<Notice> All => _all;

    /// <summary>Shows one. What went wrong stays until it is closed, anything else a few seconds.</summary>
    public async Task AddAsync(string text, bool isError)
    {
        var notice = new Notice(text, isError);
        _all.Add(notice);
        Changed?.Invoke();
        if (!isError)
        {
            await Task.Delay(TimeSpan.FromSeconds(5));
            Remove(notice);
        }
    }

    /// <summary>Takes one away.</summary>
    public void Remove(Notice notice)
    {
        _all.Remove(notice);
        Changed?.Invoke();
    }
}

/// <summary>One thing told.</summary>
/// <param name="Text">What happened and, when it went wrong, what to do.</param>
/// <param name="IsError">True when something went wrong.</param>
public sealed record Notice(string Text, bool IsError);
