using Lab.Emulation.Linux;
using Lab.Model;
using Lab.Runtime.State;
using Microsoft.Extensions.Hosting;

namespace Lab.Dashboard.Serving;

/// <summary>Runs the lab as a service of the host, and takes it down before the host ends, however it ends.</summary>
internal sealed class LabService(ILabSession session, LabFolder folder, CancellationToken interrupted) : BackgroundService
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

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
                var run = session.RunAsync(stop.Token);
                var removed = FolderRemovedAsync(stop.Token);
                if (await Task.WhenAny(run, removed) == removed && !stop.IsCancellationRequested)
                {
                    await stop.CancelAsync();
                    await ((Task)run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    throw new LabException($"The lab's folder {folder.Root} was removed while the lab ran. Nothing of the lab is left running.");
                }

                allReady = await run;
            }

            _ended.SetResult(allReady);
        }
        catch (Exception e)
        {
            _ended.SetException(e);
        }
    }

    /// <summary>Completes when the lab's lock file is not there any more, or never where it has none.</summary>
    private async Task FolderRemovedAsync(CancellationToken cancellationToken)
    {
        var hasLock = File.Exists(folder.Lock);
        while (!hasLock || File.Exists(folder.Lock))
        {
            await Task.Delay(PollInterval, cancellationToken);
        }
    }
}
