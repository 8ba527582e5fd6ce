using Microsoft.Extensions.Hosting;

namespace Lab.Dashboard.Serving;

/// <summary>Signals are the program's: it ends the lab in order, which ends the host.</summary>
internal sealed class NoSignals : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
