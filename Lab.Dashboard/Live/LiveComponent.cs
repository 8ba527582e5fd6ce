using Lab.Runtime.State;
using Microsoft.AspNetCore.Components;

namespace Lab.Dashboard.Live;

/// <summary>A part of a page that shows the running lab and draws itself anew when that changes.</summary>
public abstract class LiveComponent : ComponentBase, IDisposable
{
    private int _waiting;

    /// <summary>The running lab.</summary>
    [Inject]
    protected ILabResources Lab { get; set; } = null!;

    [Inject]
    private LabFeed Feed { get; set; } = null!;

    /// <summary>The clock.</summary>
    [Inject]
    protected TimeProvider Time { get; set; } = null!;

    /// <inheritdoc />
    public void Dispose()
    {
        Feed.Changed -= Refresh;
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>For what a page holds itself.</summary>
    protected virtual void Dispose(bool disposing) { }

    /// <inheritdoc />
    protected override void OnInitialized() => Feed.Changed += Refresh;

    /// <summary>Called before each drawing that a change of the lab caused.</summary>
    protected virtual void OnChanged() { }

    /// <summary>A browser that is slower than the lab gets the newest state, not all that were.</summary>
    private void Refresh()
    {
        if (Interlocked.Exchange(ref _waiting, 1) == 0)
        {
            _ = InvokeAsync(() =>
            {
                Interlocked.Exchange(ref _waiting, 0);
                OnChanged();
                StateHasChanged();
            });
        }
    }
}
