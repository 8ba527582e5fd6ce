using System.Collections.Concurrent;
using Lab.AppHost.Embedded;
using Lab.Dashboard.Running;
using Microsoft.Extensions.Hosting;

namespace Lab.AppHost.AspireHost;

/// <summary>
/// Runs the lab in an Aspire application, as the embedded host does and by means of it: with its page, and taken down before the
/// application ends.
/// </summary>
/// <param name="prepare">Makes this machine ready for the lab.</param>
/// <param name="lifetime">The lab goes down when the application ends, which it does when the lab cannot be run.</param>
internal sealed class LabRun(Func<CancellationToken, Task<PreparedLab>> prepare, IHostApplicationLifetime lifetime) : BackgroundService
{
    private readonly TaskCompletionSource<ILabResources> _resources = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, ResourceSnapshot> _now = new();

    /// <summary>The lab's parts, as soon as they are known.</summary>
    public Task<ILabResources> Resources => _resources.Task;

    /// <summary>Completes when the lab is down again, with what went wrong if something did.</summary>
    public Task Ended => _ended.Task;

    /// <summary>How the lab's own page is reached; null while there is none.</summary>
    public LabAccess? Access { get; private set; }

    /// <summary>A part as it is now; null before the lab is there.</summary>
    public ResourceSnapshot? Snapshot(string name) => _now.GetValueOrDefault(name);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // It was started first and would be stopped last.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        try
        {
            await using (var prepared = await prepare(stopping.Token))
            {
                ILabResources resources = prepared.Host.Session.Resources;
                resources.ResourceChanged += Note;
                resources.Current.ToList().ForEach(Note);
                Access = prepared.Host.Access;
                _resources.SetResult(resources);
                await prepared.Host.RunAsync();
            }

            _ended.SetResult(true);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            _resources.TrySetCanceled(stopping.Token);
            _ended.SetResult(true);
        }
        catch (Exception e)
        {
            _resources.TrySetException(e);
            _ended.SetException(e);
            lifetime.StopApplication();
        }
    }

    private void Note(ResourceSnapshot now) => _now[now.Definition.Name] = now;
}
