using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Lab.Dashboard.Running;
using Lab.Emulation.Services;
using Lab.Model.Resources;

namespace Lab.AppHost.Embedded.ResourceService;

/// <summary>Resources in the words of Aspire's protocol.</summary>
internal sealed class ResourceMessages(LabAccess access)
{
    private readonly Timestamp _created = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow);

    /// <summary>All resources, as the first message of a stream.</summary>
    public InitialResourceData Initial(IEnumerable<ResourceSnapshot> resources)
    {
        var all = resources.Select(Of).ToList();
        return new InitialResourceData
        {
            Resources = { all },
            ResourceTypes = { all.Select(resource => resource.ResourceType).Distinct().Select(type => new ResourceType { UniqueName = type }) },
        };
    }

    /// <summary>Resources that changed.</summary>
    public WatchResourcesChanges Upserts(IEnumerable<ResourceSnapshot> changed) => new() { Value = { changed.Select(now => new WatchResourcesChange { Upsert = Of(now) }) } };

    /// <summary>A line of a log; the time before it is read by the dashboard.</summary>
    public static ConsoleLogLine Line(LogLine line) => new()
    {
        LineNumber = line.Number,
        Text = string.Create(CultureInfo.InvariantCulture, $"{line.Time.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffffffZ} {line.Text}"),
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
            Commands = { definition.Commands.Where(command => command.Name != Model.Resources.ResourceCommand.Console).Select(command => Command(command, now)) },
            Properties = { Properties(now) },
            Urls = { now.Urls.Select(url => Link(url.Key, url.Value, definition.Web?.Address ?? url.Value)) },
            Relationships = { definition.WaitsFor.Select(name => new ResourceRelationship { ResourceName = name, Type = "WaitFor" }) },
        };
        if (definition.Kind == ResourceKind.Node && access.Dashboard is { } dashboard)
        {
            resource.Urls.Add(Link("console", $"{dashboard}/console/{definition.Name}", "serial console"));
        }

        if (now.State is ServiceState.Running or ServiceState.Healthy or ServiceState.Unhealthy)
        {
            resource.HealthReports.Add(Health(now));
        }

        return resource;
    }

    /// <summary>In the protocol health is not a state: what is healthy or unhealthy runs.</summary>
    private static ServiceState State(ServiceState state) => state is ServiceState.Healthy or ServiceState.Unhealthy ? ServiceState.Running : state;

    /// <summary>Without a status as long as nothing has answered.</summary>
    private static HealthReport Health(ResourceSnapshot now)
    {
        var report = new HealthReport { Key = now.Definition.Name, Description = now.Detail ?? "" };
        if (now.State != ServiceState.Running)
        {
            report.Status = now.State == ServiceState.Healthy ? HealthStatus.Healthy : HealthStatus.Unhealthy;
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
            IsHighlighted = command.Name is Model.Resources.ResourceCommand.Start or Model.Resources.ResourceCommand.Restart or Model.Resources.ResourceCommand.PowerCycle,
            State = now.EnabledCommands.Contains(command.Name) ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
        };
        if (command.Confirmation is { } question)
        {
            message.ConfirmationMessage = question;
        }

        return message;
    }

    private static IEnumerable<ResourceProperty> Properties(ResourceSnapshot now)
    {
        yield return Property("resource.source", "Description", Value.ForString(now.Definition.Description));
        if (now.Definition.Address is { Length: > 0 } address)
        {
            yield return Property("lab.address", "In the lab", Value.ForString(address));
        }

        if (now.Pid is { } pid)
        {
            yield return Property("executable.pid", "Process ID", Value.ForNumber(pid));
        }

        if (now.ExitCode is { } code)
        {
            yield return Property("resource.exitCode", "Exit code", Value.ForNumber(code));
        }

        if (now.Detail is { } detail)
        {
            yield return Property("lab.detail", "Detail", Value.ForString(detail));
        }

        yield return Property("lab.restarts", "Restarts", Value.ForNumber(now.Restarts));
    }

    private static ResourceProperty Property(string name, string display, Value value) => new() { Name = name, DisplayName = display, Value = value };

    private static Url Link(string name, string url, string display) => new() { EndpointName = name, FullUrl = url, DisplayProperties = new UrlDisplayProperties { DisplayName = display } };

    private static Timestamp? Time(DateTimeOffset? time) => time is { } known ? Timestamp.FromDateTimeOffset(known) : null;
}
