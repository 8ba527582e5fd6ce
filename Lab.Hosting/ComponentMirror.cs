using System.Collections.Immutable;
using System.Threading.Channels;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Lab.Dashboard;
using Lab.Model;
using Lab.Model.Running;
using Lab.Runtime.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lab.Hosting;

/// <summary>Shows a part of the running lab in Aspire: its state, its log, its links, a node's boot; and lets Aspire say when it may start.</summary>
internal sealed class ComponentMirror(LabComponentResource resource, LabRun run, IServiceProvider services)
{
    private readonly string _name = resource.Definition.Name;
    private readonly ILogger _log = services.GetRequiredService<ResourceLoggerService>().GetLogger(resource);
    private readonly ResourceNotificationService _notifications = services.GetRequiredService<ResourceNotificationService>();

    /// <summary>What is known of a part. Aspire's dashboard shows the names, except of those that it knows itself; stages in the order of their time.</summary>
    public static ImmutableArray<ResourcePropertySnapshot> Properties(ResourceSnapshot now, BootSnapshot? boot) =>
        [
            .. ResourceFact
                .Of(now, boot)
                .Select(
                    (fact, order) =>
                        new ResourcePropertySnapshot(fact.Key.StartsWith("lab.", StringComparison.Ordinal) ? fact.Name : fact.Key, fact.Value)
                        {
                            SortOrder = order,
                        }
                ),
        ];

    /// <summary>Until the application ends.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var starting = StartAsync(cancellationToken);
            var lab = await run.Resources.WaitAsync(cancellationToken);
            await Task.WhenAll(ShowStatesAsync(lab, cancellationToken), ShowLogAsync(lab, cancellationToken), starting);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested || run.Resources.IsCanceled) { }
        catch (Exception)
        {
            // Why the lab is not there stands in its own log, once.
            await _notifications.PublishUpdateAsync(resource, now => now with { State = KnownResourceStates.FailedToStart });
        }
    }

    /// <summary>The lab starts the part when all who want a word before that have had it: waits of the application, an explicit start.</summary>
    private async Task StartAsync(CancellationToken cancellationToken)
    {
        if (resource.Annotations.OfType<ExplicitStartupAnnotation>().Any())
        {
            await resource.AskedFor.Task.WaitAsync(cancellationToken);
        }

        try
        {
            await services
                .GetRequiredService<IDistributedApplicationEventing>()
                .PublishAsync(new BeforeResourceStartedEvent(resource, services), cancellationToken);
            resource.MayStart.TrySetResult();
        }
        catch (DistributedApplicationException e)
        {
            _log.LogError("It is not started: {Failure}", VisibleText.Of(e.Message));
            await _notifications.PublishUpdateAsync(resource, now => now with { State = KnownResourceStates.FailedToStart });
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
            } while (await changes.Reader.ReadAsync(cancellationToken));
        }
        finally
        {
            lab.ResourceChanged -= OnResource;
            lab.BootChanged -= OnBoot;
        }
    }

    private Task ShowAsync(ResourceSnapshot now, BootSnapshot? boot)
    {
        Allocate(now);
        return _notifications.PublishUpdateAsync(
            resource,
            before =>
                before with
                {
                    // Before the lab has begun, Aspire's own "Waiting" is the better word.
                    State =
                        now.State is ResourceState.NotStarted or ResourceState.Waiting && now.StoppedAt is null && !resource.MayStart.Task.IsCompleted
                            ? before.State
                            : State(now.State),
                    StartTimeStamp = now.StartedAt?.UtcDateTime,
                    StopTimeStamp = now.StoppedAt?.UtcDateTime,
                    ExitCode = now.ExitCode,
                    Urls = [.. Urls(now)],
                    Properties = [.. Properties(now, boot), .. Links(now)],

                    // A terminated instance is gone for good.
                    IsHidden = now is { State: ResourceState.Exited, Detail: "terminated" },
                }
        );
    }

    /// <summary>Whoever has a reference to an endpoint waits for its address.</summary>
    private void Allocate(ResourceSnapshot now)
    {
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>().Where(endpoint => endpoint.AllocatedEndpoint is null))
        {
            if (now.Forwards.TryGetValue(endpoint.Name, out var port))
            {
                endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "127.0.0.1", port);
            }
            else if (now.Urls.TryGetValue(endpoint.Name, out var url))
            {
                var address = new Uri(url);
                endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, address.Host, address.Port);
            }
        }
    }

    /// <summary>
    /// What has not answered yet is starting: a node's boot is seen as one. Aspire asks after the health of what runs every half a minute,
    /// but at once when the state changes, so one that no longer answers has a state of its own.
    /// </summary>
    private static ResourceStateSnapshot? State(ResourceState state) =>
        state switch
        {
            ResourceState.NotStarted => KnownResourceStates.NotStarted,
            ResourceState.Waiting => KnownResourceStates.Waiting,
            ResourceState.Starting or ResourceState.Running => KnownResourceStates.Starting,
            ResourceState.Healthy => KnownResourceStates.Running,
            ResourceState.Unhealthy => new ResourceStateSnapshot(nameof(ResourceState.Unhealthy), KnownResourceStateStyles.Warn),
            ResourceState.Exited => KnownResourceStates.Exited,
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
            if (run.Access?.Dashboard is { } dashboard)
            {
                yield return new UrlSnapshot(page.Name, $"{dashboard}{page.Path}", IsInternal: false)
                {
                    DisplayProperties = new UrlDisplayPropertiesSnapshot(page.Name),
                };
            }
        }
    }

    /// <summary>Links that log a browser in are secrets: Aspire hides them until one asks.</summary>
    private IEnumerable<ResourcePropertySnapshot> Links(ResourceSnapshot now) =>
        ResourcePage
            .Of(now.Definition)
            .Select(page => (page.Name, Link: run.Access?.NewLink(page.Path)))
            .Where(page => page.Link is not null)
            .Select(page => new ResourcePropertySnapshot($"{page.Name}: login link", page.Link) { IsSensitive = true });

    private async Task ShowLogAsync(ILabResources lab, CancellationToken cancellationToken)
    {
        await foreach (var line in lab.ReadLogAsync(_name, follow: true, cancellationToken))
        {
            _log.LogInformation("{Line}", VisibleText.OfColoured(line.Text));
        }
    }
}
