using System.Text.Json;
using System.Text.Json.Serialization;
using Lab.Model.Resources;

namespace Lab.Model.Running;

/// <summary>What a running lab tells other programs about itself, in <c>run/status.json</c>: written by the program that runs the lab, read by <c>ps</c> and lab-deploy.</summary>
public sealed record LabStatus
{
    /// <summary>Each service by name.</summary>
    public SortedDictionary<string, ServiceStatus> Services { get; init; } = [];

    /// <summary>Each node's furthest stage by name.</summary>
    public SortedDictionary<string, string> Nodes { get; init; } = [];

    /// <summary>Where each node's API answers on this machine, by the node's name: <c>127.0.0.1:41234</c>. Without those that are reached in the lab only.</summary>
    public SortedDictionary<string, string> Apis { get; init; } = [];

    /// <summary>Where further ports of nodes answer on this machine, by the node's name and the port; null while there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SortedDictionary<string, SortedDictionary<string, string>>? Ports { get; set; }

    /// <summary>What each node's machine is, by the node's name; null while none was switched on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SortedDictionary<string, MachineStatus>? Machines { get; set; }

    /// <summary>What each node's boot has passed, by the node's name and the stage's: whose word it is and what was seen.</summary>
    public SortedDictionary<string, SortedDictionary<string, StageStatus>> Boots { get; init; } = [];

    /// <summary>Why each node stopped whose boot has failed, by name; null while none has.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SortedDictionary<string, FailureStatus>? Failures { get; set; }

    /// <summary>How far each node of the cluster is that is made of them, by name; null where none is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SortedDictionary<string, ClusterNodeStatus>? Cluster { get; set; }

    /// <summary>Machines of a real network that have asked for network boot and are not the lab's: what they are, by MAC; null while there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SortedDictionary<string, string>? Seen { get; set; }

    /// <summary>Machines of a real network that are known to be installed, by the node's name; null while there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SortedDictionary<string, InstalledStatus>? Installed { get; set; }

    /// <summary>Where the dashboard is, without what opens it; null while there is none.</summary>
    public string? Dashboard { get; set; }

    /// <summary>Where Aspire's resource protocol is served; null where it is not.</summary>
    public string? ResourceService { get; set; }

    /// <summary>State of a service, where it is reached in the lab, and from the host; null for nowhere.</summary>
    public sealed record ServiceStatus(
        [property: JsonConverter(typeof(JsonStringEnumConverter<ResourceState>))] ResourceState State,
        string? Address,
        string? Url
    )
    {
        /// <summary>When its process was started; null while it does not run.</summary>
        public DateTimeOffset? Since { get; init; }

        /// <summary>How often it was started again.</summary>
        public int Restarts { get; init; }
    }

    /// <summary>What a node's machine is, and since when it is on.</summary>
    public sealed record MachineStatus : MachineFacts
    {
        /// <summary>A machine of which nothing is known.</summary>
        [JsonConstructor]
        public MachineStatus() { }

        /// <summary>A machine that is known.</summary>
        /// <param name="machine">What it is.</param>
        public MachineStatus(MachineFacts machine)
            : base(machine) { }

        /// <summary>Its address in the lab.</summary>
        public string? Address { get; init; }

        /// <summary>The MAC that it really has.</summary>
        public string? Mac { get; init; }

        /// <summary>When it was switched on last; null while it is off.</summary>
        public DateTimeOffset? Since { get; init; }

        /// <summary>How often it was switched on again.</summary>
        public int Restarts { get; init; }
    }

    /// <summary>A stage that a node has reached.</summary>
    public sealed record StageStatus(double Seconds, string Source, string? Evidence);

    /// <summary>The cluster's stages that a node passes, those that it has reached by the stage's name, and why it gets no further; null while it may.</summary>
    public sealed record ClusterNodeStatus(IReadOnlyList<string> Path, SortedDictionary<string, StageStatus> Stages, FailureStatus? Failure);

    /// <summary>What shows that a machine is installed, and whether it boots from the network once all the same instead of being left to its disk.</summary>
    public sealed record InstalledStatus(string Evidence, bool Reinstall);

    /// <summary>Where and why a boot stopped.</summary>
    public sealed record FailureStatus(string Stage, double Seconds, string Cause, IReadOnlyList<string> Evidence)
    {
        /// <summary>What to do; null where that is not known.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Remedy { get; init; }

        /// <summary>True for a boot that went on when its time ran out.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public bool WentOn { get; init; }

        /// <summary>The key of the lab file that the remedy is about; null for none.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Setting { get; init; }
    }

    /// <summary>Writes it for others to read, now and when the lab has ended; they never see half of it.</summary>
    /// <param name="labFolder">The lab's folder.</param>
    public void Save(string labFolder)
    {
        var text = JsonSerializer.Serialize(this, JsonSerializerOptions.Web);
        foreach (var path in new[] { UserFolders.StatusFile(labFolder), UserFolders.LastRunFile(labFolder) })
        {
            File.WriteAllText($"{path}.new", text);
            File.Move($"{path}.new", path, overwrite: true);
        }
    }

    /// <summary>What a lab has written; null when it has written nothing.</summary>
    /// <param name="labFolder">The lab's folder.</param>
    public static LabStatus? Read(string labFolder) => ReadFile(UserFolders.StatusFile(labFolder));

    /// <summary>What the running lab has written, or the last run before it ended, and when; null for a lab that has not run.</summary>
    /// <param name="labFolder">The lab's folder.</param>
    public static (LabStatus Status, DateTimeOffset Time)? ReadRun(string labFolder) =>
        UserFolders.LastRunFile(labFolder) is var path && ReadFile(path) is { } status
            ? (status, new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero))
            : null;

    private static LabStatus? ReadFile(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<LabStatus>(File.ReadAllText(path), JsonSerializerOptions.Web);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
