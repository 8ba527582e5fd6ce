using Lab.Emulation.Linux;
using Lab.Emulation.Network;
using Lab.Model.Resources;
using Lab.Model.Running;
using Lab.Runtime.State;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Lab.Runtime.Supervision;

/// <summary>The lab's network: there before all else, and the lab's end when it is lost.</summary>
public sealed class NetworkResource(LabStore store, LabResource definition, LabFolder folder, HealthCheckService health)
    : RunningResource(store, definition, new LogFile(folder.Log(definition.Name)), health)
{
    /// <summary>Makes the network.</summary>
    /// <exception cref="Lab.Model.LabException">The host does not allow it.</exception>
    public async Task<T> StartAsync<T>(Func<Task<T>> create)
        where T : ILabFabric
    {
        Change(now => now with { State = ResourceState.Starting });
        try
        {
            var fabric = await create();
            Log.Write(fabric.Description);
            Change(now => now with { State = ResourceState.Healthy, StartedAt = DateTimeOffset.UtcNow });
            return fabric;
        }
        catch (Exception e)
        {
            Log.Write(e.Message);
            Change(now => now with { State = ResourceState.FailedToStart, Detail = e.Message });
            throw;
        }
    }

    /// <summary>Notes that the network is gone.</summary>
    /// <param name="why">What has happened.</param>
    public void Lose(string why) => Change(now => now with { State = ResourceState.Exited, Detail = why, StoppedAt = DateTimeOffset.UtcNow });

    /// <inheritdoc />
    public override ValueTask DisposeAsync()
    {
        Log.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    protected override Task<string?> ProbeAsync(CancellationToken cancellationToken) =>
        Task.FromResult(Snapshot.State == ResourceState.Healthy ? null : Snapshot.Detail ?? "not there yet");

    /// <inheritdoc />
    protected override bool CanExecute(string command, ResourceSnapshot now) => false;

    /// <inheritdoc />
    protected override Task<string?> DoAsync(string command, CancellationToken cancellationToken) => throw new NotSupportedException();
}
