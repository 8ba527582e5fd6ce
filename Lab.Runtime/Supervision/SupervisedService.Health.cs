using Lab.Emulation.Services;
using Lab.Model.Running;

namespace Lab.Runtime.Supervision;

/// <summary>Its health: asked often until the first right answer, then every few seconds.</summary>
public sealed partial class SupervisedService
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstProbeTimeout = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan FirstProbePause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ProbePause = TimeSpan.FromSeconds(5);

    /// <inheritdoc />
    protected override Task<string?> ProbeAsync(CancellationToken cancellationToken) =>
        IsAsleep ? Task.FromResult<string?>(null)
        : _spec is { Health: { } probe } ? probe.TryAsync(State == ResourceState.Running ? FirstProbeTimeout : ProbeTimeout, cancellationToken)
        : Task.FromResult<string?>("not started");

    private async Task WatchHealthAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var failure = await AskAsync(cancellationToken);
                Change(now =>
                    now with
                    {
                        State =
                            failure is null ? ResourceState.Healthy
                            : now.State == ResourceState.Running ? ResourceState.Running
                            : ResourceState.Unhealthy,
                        Detail = failure,
                    }
                );
                if (failure is null)
                {
                    _settled.TrySetResult();
                    _answered.TrySetResult();
                }

                await Task.Delay(State == ResourceState.Running ? FirstProbePause : ProbePause, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The process has ended or is to end.
        }
    }
}
