using Lab.Emulation.Linux;

namespace Lab.Dashboard.Serving;

/// <summary>A lab that nobody else runs, on a host that has all it needs.</summary>
/// <param name="Host">Runs it; not started yet.</param>
/// <param name="Held">The lab's lock.</param>
internal sealed record PreparedLab(EmbeddedHost Host, LabLock Held) : IAsyncDisposable
{
    /// <summary>Takes everything away and lets others run it.</summary>
    public async ValueTask DisposeAsync()
    {
        using (Held)
        {
            await Host.DisposeAsync();
        }
    }
}
