using System.Text.Json;
using Lab.Emulation.Host;
using Lab.Model;

namespace Lab.AppHost.Embedded;

/// <summary>What a running lab tells other programs about itself, in <c>run/status.json</c>.</summary>
public sealed record LabStatus
{
    /// <summary>Each service by name.</summary>
    public SortedDictionary<string, ServiceStatus> Services { get; init; } = [];

    /// <summary>Each node's furthest stage by name.</summary>
    public SortedDictionary<string, string> Nodes { get; init; } = [];

    /// <summary>What each node's boot has passed, by the node's name and the stage's: whose word it is and what was seen.</summary>
    public SortedDictionary<string, SortedDictionary<string, StageStatus>> Boots { get; init; } = [];

    /// <summary>Where the dashboard is, without what opens it; null while there is none.</summary>
    public string? Dashboard { get; set; }

    /// <summary>Where Aspire's resource protocol is served; null where it is not.</summary>
    public string? ResourceService { get; set; }

    /// <summary>State of a service, where it is reached in the lab, and from the host; null for nowhere.</summary>
    public sealed record ServiceStatus(string State, string? Address, string? Url);

    /// <summary>A stage that a node has reached.</summary>
    public sealed record StageStatus(double Seconds, string Source, string? Evidence);

    /// <summary>Takes an event in.</summary>
    public void Add(LabEvent happened)
    {
        switch (happened)
        {
            case LabEvent.Service service:
                Services[service.Name] = new ServiceStatus(service.State.ToString(), service.Address, service.Url);
                break;
            case LabEvent.Serving serving:
                (Dashboard, ResourceService) = (serving.Dashboard is { } link ? new Uri(link).GetLeftPart(UriPartial.Authority) : null, serving.ResourceService);
                break;
            case LabEvent.NodeStarted started:
                Nodes[started.Node] = "started";
                Boots[started.Node] = [];
                break;
            case LabEvent.Milestone milestone:
                Nodes[milestone.Node] = Emulation.Machines.BootStages.Id(milestone.Stage);
                (Boots.TryGetValue(milestone.Node, out var known) ? known : Boots[milestone.Node] = [])[Nodes[milestone.Node]] = new StageStatus(Math.Round(milestone.Elapsed.TotalSeconds, 3), milestone.Source, milestone.Evidence);
                break;
            case LabEvent.NodeOff off:
                Nodes[off.Node] = "off";
                break;
            case LabEvent.NodeFailed failed:
                Nodes[failed.Node] = $"failed at {Emulation.Machines.BootStages.Id(failed.Diagnosis.Stage)}";
                break;
        }
    }

    /// <summary>Writes it for others to read; they never see half of it.</summary>
    public void Save(LabFolder lab)
    {
        var path = PathIn(lab);
        File.WriteAllText($"{path}.new", JsonSerializer.Serialize(this, JsonSerializerOptions.Web));
        File.Move($"{path}.new", path, overwrite: true);
    }

    /// <summary>What a lab has written; null when it has written nothing.</summary>
    public static LabStatus? Read(LabFolder lab)
    {
        try
        {
            return JsonSerializer.Deserialize<LabStatus>(File.ReadAllText(PathIn(lab)), JsonSerializerOptions.Web);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    private static string PathIn(LabFolder lab) => UserFolders.StatusFile(lab.Root);
}
