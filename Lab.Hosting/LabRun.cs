using System.Collections.Concurrent;
using Aspire.Hosting.ApplicationModel;
using Lab.Dashboard.Access;
using Lab.Dashboard.Serving;
using Lab.Model;
using Lab.Runtime.State;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lab.Hosting;

/// <summary>
/// Runs a lab in an Aspire application, in the application's own process: with its page, and taken down before the application ends.
/// </summary>
/// <param name="lab">The lab.</param>
/// <param name="services">The application's services.</param>
internal sealed class LabRun(LabResource lab, IServiceProvider services) : BackgroundService, IAsyncDisposable
{
    /// <summary>The resource that Aspire adds for its own dashboard.</summary>
    private const string Dashboard = "aspire-dashboard";

    private readonly TaskCompletionSource<ILabResources> _resources = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, ResourceSnapshot> _now = new();

    // Fetched now: an application whose start fails disposes its services while the lab still runs.
    private readonly ILogger _log = services.GetRequiredService<ILoggerFactory>().CreateLogger("Lab");
    private readonly ILogger _ownLog = services.GetRequiredService<ResourceLoggerService>().GetLogger(lab);
    private readonly ResourceNotificationService _notifications = services.GetRequiredService<ResourceNotificationService>();
    private readonly IHostApplicationLifetime _lifetime = services.GetRequiredService<IHostApplicationLifetime>();
    private readonly IConfiguration _configuration = services.GetRequiredService<IConfiguration>();
    private readonly DistributedApplicationModel _model = services.GetRequiredService<DistributedApplicationModel>();
    private volatile bool _isEnding;

    /// <summary>The lab.</summary>
    public LabResource Lab => lab;

    /// <summary>The lab's parts, as soon as they are known.</summary>
    public Task<ILabResources> Resources => _resources.Task;

    /// <summary>Completes when the lab is down again, with what went wrong if something did.</summary>
    public Task Ended => _ended.Task;

    /// <summary>How the lab's own page is reached; null while there is none.</summary>
    public LabAccess? Access { get; private set; }

    /// <summary>The run of a lab.</summary>
    public static LabRun Of(IServiceProvider services, LabResource lab) => services.GetRequiredKeyedService<LabRun>(lab.Name);

    /// <summary>A part as it is now; null before the lab is there.</summary>
    public ResourceSnapshot? Snapshot(string name) => _now.GetValueOrDefault(name);

    /// <summary>Where the application's start failed, nobody has stopped it: the lab is down when this has completed.</summary>
    public async ValueTask DisposeAsync()
    {
        _isEnding = true;
        await StopAsync(CancellationToken.None);
        await Task.WhenAny(ExecuteTask ?? Task.CompletedTask, Task.Delay(TimeSpan.FromSeconds(30)));
        Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host starts it first and would stop it last.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, _lifetime.ApplicationStopping);
        await Task.Yield();
        var events = new EventStream(new LabLog(_log, _ownLog));
        try
        {
            await using (events)
            {
                await RunAsync(events, stopping.Token);
            }

            _ended.SetResult();
        }
        catch (Exception e) when (_isEnding || stopping.IsCancellationRequested || e is ObjectDisposedException)
        {
            _resources.TrySetCanceled(CancellationToken.None);
            SayEnd(e);
            _ended.SetResult();
        }
        catch (Exception e)
        {
            await FailAsync(e);
        }
    }

    private async Task RunAsync(EventStream events, CancellationToken stopping)
    {
        await ShowAsync(KnownResourceStates.Starting);
        var telemetry = LabTelemetrySettings.Of(_configuration);
        var request = lab.Request with
        {
            Serving = lab.Request.Serving ?? new ServingOptions(Dashboard: true, ServingOptions.UsualPort),
            Elsewhere = LocalStackContainer.IsWanted ? [Model.Resources.LabResources.Aws] : [],
            Telemetry = telemetry,
            MayStart = (part, cancellationToken) =>
                lab.Components.TryGetValue(part, out var component) ? component.MayStart.Task.WaitAsync(cancellationToken) : Task.CompletedTask,
        };
        await using var prepared = await LabLauncher.PrepareAsync(request, events, stopping);
        var resources = prepared.Host.Session.Resources;
        resources.ResourceChanged += Note;
        resources.Current.ToList().ForEach(Note);
        Access = prepared.Host.Access;
        using var late = new LateComponents(this, resources, services, stopping);
        _resources.SetResult(resources);
        await ShowAsync(KnownResourceStates.Running);
        await prepared.Host.RunAsync();
        SayDown();
        await ShowAsync(KnownResourceStates.Finished);
    }

    /// <summary>Where the end of an interrupted run failed, something may be left.</summary>
    private void SayEnd(Exception e)
    {
        if (e is OperationCanceledException or ObjectDisposedException)
        {
            SayDown();
        }
        else
        {
            _log.LogError(
                "Lab {Lab} may not be down: {Failure}. To remove what is left: {Command}",
                lab.Definition.Name,
                VisibleText.Of(e.Message),
                LabCommand.Line($"down --name {lab.Definition.Name}")
            );
        }
    }

    private void SayDown() => _log.LogInformation("Lab {Lab} is down; nothing of it is left running.", lab.Definition.Name);

    private void Note(ResourceSnapshot now) => _now[now.Definition.Name] = now;

    /// <summary>
    /// An application that is nothing but labs ends with the last of them; in another one the lab's resource has failed, and what waits for
    /// it with it.
    /// </summary>
    private async Task FailAsync(Exception failure)
    {
        var text = failure is LabException or IOException or UnauthorizedAccessException ? VisibleText.Of(failure.Message) : failure.ToString();
        _log.LogError("{Failure}", text);
        _ownLog.LogError("{Failure}", text);
        _resources.TrySetException(failure);
        _ = _resources.Task.Exception;
        // Before it is shown: of two that fail at once, each sees the other's.
        lab.HasFailed = true;
        await ShowAsync(KnownResourceStates.FailedToStart);
        if (
            _model.Resources.All(resource =>
                resource is LabResource { HasFailed: true } or LabComponentResource { Lab.HasFailed: true } || resource.Name == Dashboard
            )
        )
        {
            Environment.ExitCode = failure is LabException known ? known.ExitCode : 1;
            _lifetime.StopApplication();
        }

        // Last: who waits for the end finds the application ending too.
        _ended.SetException(failure);
        _ = _ended.Task.Exception;
    }

    private Task ShowAsync(string state) =>
        _notifications.PublishUpdateAsync(
            lab,
            now =>
                now with
                {
                    State = state,
                    StartTimeStamp = now.StartTimeStamp ?? DateTime.UtcNow,
                    StopTimeStamp = state == KnownResourceStates.Finished || state == KnownResourceStates.FailedToStart ? DateTime.UtcNow : null,
                    Urls = Access?.Dashboard is { } page
                        ? [new UrlSnapshot("page", page, IsInternal: false) { DisplayProperties = new UrlDisplayPropertiesSnapshot("Lab's page") }]
                        : [],
                    Properties =
                    [
                        new ResourcePropertySnapshot("Lab", lab.Definition.Name),
                        .. Access?.NewLink() is { } link
                            ? [new ResourcePropertySnapshot("Login link", link) { IsSensitive = true }]
                            : Array.Empty<ResourcePropertySnapshot>(),
                    ],
                }
        );
}
