using System.Text.Json;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Rendering;
using Lab.Model.Services;

namespace Lab.Deployer.Verification;

/// <summary>A lab that runs on this machine, as it tells about itself.</summary>
/// <param name="Services">Each service by name.</param>
internal sealed record RunningLab(IReadOnlyDictionary<string, RunningService> Services)
{
    /// <summary>The furthest stage of each node by name; an instance of a lab that runs as a VPC by its id.</summary>
    public IReadOnlyDictionary<string, string> Nodes { get; init; } = new Dictionary<string, string>();

    /// <summary>What each node's boot has passed, by the node's name and the stage's.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, RunningStage>> Boots { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, RunningStage>>();

    /// <summary>True for one that runs as a VPC: its services are the bastion's containers.</summary>
    public bool IsVpc => Services.ContainsKey(ComposeFile.MatchboxService);

    /// <summary>Where its boot server answers on this machine; null for nowhere.</summary>
    public Uri? BootServer => Services.TryGetValue(IsVpc ? ComposeFile.MatchboxService : Matchbox.Name, out var server) && Uri.TryCreate(server.Url, UriKind.Absolute, out var url) ? url : null;

    /// <summary>Where its AWS emulator answers; null for nowhere.</summary>
    public string? Emulator => Services.GetValueOrDefault("aws")?.Url;

    /// <summary>The cache of a registry under the name that the lab has for it.</summary>
    public string NameOf(MirrorDefinition mirror) => IsVpc ? ComposeFile.ServiceName(mirror) : RegistryCache.Name(mirror);

    /// <summary>The running lab with a definition's name; null where none runs.</summary>
    public static RunningLab? Find(LabDefinition lab) => FindIn(Path.Combine(UserFolders.State, lab.Name));

    /// <summary>The running lab of a folder; null where none runs, also where one was killed and its files are left.</summary>
    public static RunningLab? FindIn(string labFolder)
    {
        try
        {
            return IsHeld(UserFolders.LockFile(labFolder)) ? JsonSerializer.Deserialize<RunningLab>(File.ReadAllText(UserFolders.StatusFile(labFolder)), JsonSerializerOptions.Web) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether a program holds a lock: then it cannot be shared.</summary>
    private static bool IsHeld(string path)
    {
        try
        {
            using var _ = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
        {
            return true;
        }
    }
}

/// <summary>A service of a running lab.</summary>
/// <param name="State"><c>Healthy</c> and others.</param>
/// <param name="Address">Where nodes reach it; null for nowhere.</param>
/// <param name="Url">Where it answers on this machine; null for nowhere.</param>
internal sealed record RunningService(string State, string? Address, string? Url);

/// <summary>A stage that a node of a running lab has reached.</summary>
/// <param name="Seconds">Since the machine was switched on.</param>
/// <param name="Source">Whose word it is.</param>
/// <param name="Evidence">What was seen; null where that is not kept.</param>
internal sealed record RunningStage(double Seconds, string Source, string? Evidence);
