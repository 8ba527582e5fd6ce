using Lab.Runtime.State;

namespace Lab.Dashboard.Live;

/// <summary>
/// Tells pages that something changed, gathered: a lab that starts raises hundreds of events in a second, and a page that drew each of
/// them would be late with all.
/// </summary>
public sealed class LabFeed : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private const int TicksPerSecond = 10;

    private readonly ILabResources _lab;
    private readonly PeriodicTimer _timer;
    private readonly Task _telling;
    private int _changed;

    /// <summary>Begins to gather.</summary>
    public LabFeed(ILabResources lab, TimeProvider time)
    {
        _lab = lab;
        _timer = new PeriodicTimer(Pause, time);
        lab.ResourceChanged += ResourceChanged;
        lab.BootChanged += BootChanged;
        lab.ClusterChanged += ClusterChanged;
        _telling = TellAsync();
    }

    /// <summary>Raised at most ten times a second when something changed, and each second so that clocks go on.</summary>
    public event Action? Changed;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _lab.ResourceChanged -= ResourceChanged;
        _lab.BootChanged -= BootChanged;
        _lab.ClusterChanged -= ClusterChanged;
        _timer.Dispose();
        await _telling;
    }

    private void ResourceChanged(ResourceSnapshot snapshot) => Interlocked.Exchange(ref _changed, 1);

    private void BootChanged(BootSnapshot snapshot) => Interlocked.Exchange(ref _changed, 1);

    private void ClusterChanged() => Interlocked.Exchange(ref _changed, 1);

    private async Task TellAsync()
    {
        for (var tick = 0; await _timer.WaitForNextTickAsync(); tick++)
        {
            // A boot's bar grows while it runs: five times a second look smooth enough.
            var grows = tick % 2 == 0 && Changed is not null && _lab.Boots.Any(boot => boot.EndedAfter is null);
            if (Interlocked.Exchange(ref _changed, 0) == 1 || grows || tick % TicksPerSecond == 0)
            {
                Changed?.Invoke();
            }
        }
    }
}
