using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Lab.Dashboard.Access;
using Lab.Model;
using Lab.Model.Running;
using Lab.Runtime.State;

namespace Lab.Dashboard.Serving.ResourceService;

/// <summary>Resources in the words of Aspire's protocol.</summary>
internal sealed class ResourceMessages(ILabResources lab, LabAccess access)
{
    private readonly Timestamp _created = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow);

    /// <summary>All resources, as the first message of a stream.</summary>
    public InitialResourceData Initial()
    {
        var all = lab.Current.Select(Of).ToList();
        return new InitialResourceData
        {
            Resources = { all },
            ResourceTypes = { all.Select(resource => resource.ResourceType).Distinct().Select(type => new ResourceType { UniqueName = type }) },
        };
    }

    /// <summary>Resources that changed, as they are now.</summary>
    public WatchResourcesChanges Upserts(IReadOnlySet<string> changed) =>
        new() { Value = { lab.Current.Where(now => changed.Contains(now.Definition.Name)).Select(now => new WatchResourcesChange { Upsert = Of(now) }) } };

    /// <summary>A line of a log; the time before it is read by the dashboard.</summary>
    public static ConsoleLogLine Line(LogLine line) =>
        new()
        {
            LineNumber = line.Number,
            Text = string.Create(CultureInfo.InvariantCulture, $"{line.Time.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffffffZ} {VisibleText.OfColoured(line.Text)}"),
        };

    private Resource Of(ResourceSnapshot now)
    {
        var definition = now.Definition;
        var resource = new Resource
        {
            Name = definition.Name,
            DisplayName = definition.Name,
            Uid = definition.Name,
            ResourceType = $"{definition.Kind}",
            State = $"{State(now.State)}",
            CreatedAt = _created,
            StartedAt = Time(now.StartedAt),
            StoppedAt = Time(now.StoppedAt),
            IconName = definition.Icon,
            Commands =
            {
                definition.Commands.Where(command => command.Name != Model.Resources.ResourceCommand.Console).Select(command => Command(command, now)),
            },
            Properties = { Properties(now) },
            Urls = { now.Urls.Select(url => Link(url.Key, url.Value, definition.Web?.Address ?? new Uri(url.Value).Authority)) },
            Relationships = { definition.WaitsFor.Select(name => new ResourceRelationship { ResourceName = name, Type = "WaitFor" }) },
        };
        foreach (var page in ResourcePage.Of(definition))
        {
            if (access.NewLink(page.Path) is { } link)
            {
                resource.Urls.Add(Link(page.Name, link, page.Name));
            }
        }

        if (now.State is ResourceState.Running or ResourceState.Healthy or ResourceState.Unhealthy)
        {
            resource.HealthReports.Add(Health(now));
        }

        return resource;
    }

    /// <summary>In the protocol health is not a state: what is healthy or unhealthy runs.</summary>
    private static ResourceState State(ResourceState state) => state is ResourceState.Healthy or ResourceState.Unhealthy ? ResourceState.Running : state;

    /// <summary>Without a status as long as nothing has answered.</summary>
    private static HealthReport Health(ResourceSnapshot now)
    {
        var report = new HealthReport { Key = now.Definition.Name, Description = VisibleText.Of(now.Detail ?? "") };
        if (now.State != ResourceState.Running)
        {
            report.Status = now.State == ResourceState.Healthy ? HealthStatus.Healthy : HealthStatus.Unhealthy;
        }

        return report;
    }

    private static ResourceCommand Command(Model.Resources.ResourceCommand command, ResourceSnapshot now)
    {
        var message = new ResourceCommand
        {
            Name = command.Name,
            DisplayName = command.DisplayName,
            IconName = command.Icon,
            IsHighlighted =
                command.Name is Model.Resources.ResourceCommand.Start or Model.Resources.ResourceCommand.Restart or Model.Resources.ResourceCommand.PowerCycle,
            State = now.EnabledCommands.Contains(command.Name) ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
        };
        if (command.Confirmation is { } question)
        {
            message.ConfirmationMessage = question;
        }

        return message;
    }

    /// <summary>Names of the first ones: https://github.com/dotnet/aspire/blob/v13.1.0/src/Shared/Model/KnownProperties.cs</summary>
    private IEnumerable<ResourceProperty> Properties(ResourceSnapshot now)
    {
        yield return Property("resource.displayName", "Display name", now.Definition.Name);
        yield return Property("resource.type", "Type", $"{now.Definition.Kind}");
        yield return Property("resource.state", "State", $"{State(now.State)}");
        if (now.State is ResourceState.Healthy or ResourceState.Unhealthy)
        {
            yield return Property("resource.healthState", "Health state", $"{now.State}");
        }

        if (now.StartedAt is { } started)
        {
            yield return Property("resource.startTime", "Start time", $"{started.UtcDateTime:O}");
        }

        if (now.StoppedAt is { } stopped)
        {
            yield return Property("resource.stopTime", "Stop time", $"{stopped.UtcDateTime:O}");
        }

        if (now.ExitCode is { } code)
        {
            yield return Property("resource.exitCode", "Exit code", code);
        }

        foreach (var fact in ResourceFact.Of(now, lab.Boots.FirstOrDefault(boot => boot.Node == now.Definition.Name)))
        {
            yield return Property(fact.Key, fact.Name, fact.Value);
        }
    }

    private static ResourceProperty Property(string name, string display, object value) =>
        new()
        {
            Name = name,
            DisplayName = display,
            Value = value is int number ? Value.ForNumber(number) : Value.ForString($"{value}"),
        };

    private static Url Link(string name, string url, string display) =>
        new()
        {
            EndpointName = name,
            FullUrl = url,
            DisplayProperties = new UrlDisplayProperties { DisplayName = display },
        };

    private static Timestamp? Time(DateTimeOffset? time) => time is { } known ? Timestamp.FromDateTimeOffset(known) : null;
}
