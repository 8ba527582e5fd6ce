using System.Collections.Immutable;
using System.Threading.Channels;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Lab.Dashboard;
using Lab.Dashboard.Running;
using Lab.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lab.AppHost.AspireHost;

/// <summary>Shows a part of the running lab in Aspire: its state, its log, its links, a node's boot.</summary>
internal sealed class ComponentMirror(LabComponentResource resource, InitializeResourceEvent happened)
{
    private readonly string _name = resource.Definition.Name;
    private readonly ILogger _log = happened.Logger;
    private readonly LabRun _run = happened.Services.GetRequiredService<LabRun>();

    /// <summary>What is known of a part. Aspire's dashboard shows the names, except of those that it knows itself.</summary>
    public static ImmutableArray<ResourcePropertySnapshot> Properties(ResourceSnapshot now, BootSnapshot? boot) =>
    [
        .. ResourceFact.Of(now, boot).Select(fact => new ResourcePropertySnapshot(fact.Key.StartsWith("lab.", StringComparison.Ordinal) ? fact.Name : fact.Key, fact.Value)),
    ];

    /// <summary>Until the application ends.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var waiting = WaitAsync(cancellationToken);
        try
        {
            var lab = await _run.Resources.WaitAsync(cancellationToken);
            await Task.WhenAll(ShowStatesAsync(lab, cancellationToken), ShowLogAsync(lab, cancellationToken), waiting);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            _log.LogError("{Failure}", VisibleText.Of(e.Message));
            await happened.Notifications.PublishUpdateAsync(resource, now => now with { State = KnownResourceStates.FailedToStart });
        }
    }

    /// <summary>Tells those who want to know that it starts; Aspire itself waits here for what it depends on, as the lab does.</summary>
    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await happened.Eventing.PublishAsync(new BeforeResourceStartedEvent(resource, happened.Services), cancellationToken);
        }
        catch (DistributedApplicationException e)
        {
            _log.LogWarning("{Failure}", VisibleText.Of(e.Message));
        }
    }

    private async Task ShowStatesAsync(ILabResources lab, CancellationToken cancellationToken)
    {
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        void OnResource(ResourceSnapshot now) => Note(now.Definition.Name);
        void OnBoot(BootSnapshot now) => Note(now.Node);
        void Note(string name)
        {
            if (name == _name)
            {
                changes.Writer.TryWrite(true);
            }
        }

        lab.ResourceChanged += OnResource;
        lab.BootChanged += OnBoot;
        try
        {
            do
            {
                await ShowAsync(lab.Current.Single(now => now.Definition.Name == _name), lab.Boots.FirstOrDefault(boot => boot.Node == _name));
            }
            while (await changes.Reader.ReadAsync(cancellationToken));
        }
        finally
        {
            lab.ResourceChanged -= OnResource;
            lab.BootChanged -= OnBoot;
        }
    }

    private Task ShowAsync(ResourceSnapshot now, BootSnapshot? boot) => happened.Notifications.PublishUpdateAsync(resource, before => before with
    {
        // Before the lab has begun, Aspire's own "Waiting" is the better word.
        State = now.State == ServiceState.NotStarted && now.StoppedAt is null ? before.State : State(now.State),
        StartTimeStamp = now.StartedAt?.UtcDateTime,
        StopTimeStamp = now.StoppedAt?.UtcDateTime,
        ExitCode = now.ExitCode,
        Urls = [.. Urls(now)],
        Properties = Properties(now, boot),
    });

    /// <summary>
    /// What has not answered yet is starting: a node's boot is seen as one. Aspire asks after the health of what runs every half a minute,
    /// but at once when the state changes, so one that no longer answers has a state of its own.
    /// </summary>
    private static ResourceStateSnapshot? State(ServiceState state) => state switch
    {
        ServiceState.NotStarted => KnownResourceStates.NotStarted,
        ServiceState.Waiting => KnownResourceStates.Waiting,
        ServiceState.Starting or ServiceState.Running => KnownResourceStates.Starting,
        ServiceState.Healthy => KnownResourceStates.Running,
        ServiceState.Unhealthy => new ResourceStateSnapshot(nameof(ServiceState.Unhealthy), KnownResourceStateStyles.Warn),
        ServiceState.Exited => KnownResourceStates.Exited,
        _ => KnownResourceStates.FailedToStart,
    };

    private IEnumerable<UrlSnapshot> Urls(ResourceSnapshot now)
    {
        foreach (var (endpoint, url) in now.Urls)
        {
            yield return new UrlSnapshot(endpoint, url, IsInternal: false);
        }

        foreach (var page in ResourcePage.Of(now.Definition))
        {
            if (_run.Access?.NewLink(page.Path) is { } link)
            {
                yield return new UrlSnapshot(page.Name, link, IsInternal: false) { DisplayProperties = new UrlDisplayPropertiesSnapshot(page.Name) };
            }
        }
    }

    private async Task ShowLogAsync(ILabResources lab, CancellationToken cancellationToken)
    {
        await foreach (var line in lab.ReadLogAsync(_name, follow: true, cancellationToken))
        {
            _log.LogInformation("{Line}", VisibleText.OfColoured(line.Text));
        }
    }
}
