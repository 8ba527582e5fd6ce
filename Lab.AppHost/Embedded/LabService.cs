using Microsoft.Extensions.Hosting;

namespace Lab.AppHost.Embedded;

/// <summary>Runs the lab as a service of the host, and takes it down before the host ends, however it ends.</summary>
internal sealed class LabService(ILabSession session, CancellationToken interrupted) : BackgroundService
{
    private readonly TaskCompletionSource<bool> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the lab is down again, with whether all nodes got ready, or with what went wrong.</summary>
    public Task<bool> Ended => _ended.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, interrupted);
            bool allReady;
            await using (session)
            {
                allReady = await session.RunAsync(stop.Token);
            }

            _ended.SetResult(allReady);
        }
        catch (Exception e)
        {
            _ended.SetException(e);
        }
    }
}
