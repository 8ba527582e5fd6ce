using Lab.Model;
using Lab.Model.Running;

namespace Lab.Runtime.Supervision;

/// <summary>Waits for the services without which no node can boot.</summary>
internal static class ServiceStart
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>Completes when all of them are healthy.</summary>
    /// <param name="needed">The services; they have been started.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="LabException">One does not get healthy; the message has the end of its log.</exception>
    public static async Task RequireHealthyAsync(IReadOnlyList<SupervisedService> needed, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            var failed = needed.Select(service => service.WaitAsync(now => now.State == ResourceState.FailedToStart, timeout.Token));
            var healthy = Task.WhenAll(needed.Select(service => service.WaitAsync(now => now.State == ResourceState.Healthy, timeout.Token)));
            await await Task.WhenAny([healthy, .. failed]);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // What is not healthy by now is named below.
        }

        await timeout.CancelAsync();
        if (needed.FirstOrDefault(service => service.Snapshot.State != ResourceState.Healthy) is { } unhealthy)
        {
            throw new LabException(
                string.Join(
                    '\n',
                    [
                        $"{unhealthy.Definition.Name} is {unhealthy.Condition}; nodes cannot boot without it. The end of its log:",
                        .. unhealthy.Log.Last(5).Select(line => $"  {line}"),
                    ]
                )
            );
        }
    }
}
