using Lab.Emulation.Services;
using Lab.Model.Running;

namespace Lab.Runtime.Supervision;

/// <summary>A service that nobody has asked for anything yet: it has no process, and is healthy, as it answers whoever asks.</summary>
public sealed partial class SupervisedService
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool IsAsleep => _isWanted && _spec is { StartsWhenAsked: true } && !_asked.Task.IsCompleted;

    /// <summary>Starts what has not been asked for anything before; completes when it has answered for the first time, or cannot.</summary>
    public Task WakeAsync(CancellationToken cancellationToken)
    {
        _asked.TrySetResult();
        return _answered.Task.WaitAsync(cancellationToken);
    }

    private async Task SleepAsync(ServiceSpec spec, CancellationToken stopping)
    {
        if (spec.StartsWhenAsked && !_asked.Task.IsCompleted)
        {
            Change(now => now with { State = ResourceState.Healthy, Detail = "starts with its first request" });
            _settled.TrySetResult();
            await _asked.Task.WaitAsync(stopping);
        }
    }
}
