using System.Text.Json;
using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Deployer.Verification;

/// <summary>A lab that runs on this machine, as it tells about itself.</summary>
/// <param name="Services">Each service by name.</param>
internal sealed record RunningLab(IReadOnlyDictionary<string, RunningService> Services)
{
    /// <summary>The furthest stage of each node by name; an instance of a lab that runs as a VPC by its id.</summary>
    public IReadOnlyDictionary<string, string> Nodes { get; init; } = new Dictionary<string, string>();

    /// <summary>Where its boot server answers on this machine; null for nowhere.</summary>
    public Uri? BootServer => Services.TryGetValue(Matchbox.Name, out var server) && Uri.TryCreate(server.Url, UriKind.Absolute, out var url) ? url : null;

    /// <summary>Where its AWS emulator answers; null for nowhere.</summary>
    public string? Emulator => Services.GetValueOrDefault("aws")?.Url;

    /// <summary>The running lab with a definition's name; null where none runs.</summary>
    public static RunningLab? Find(LabDefinition lab)
    {
        try
        {
            return JsonSerializer.Deserialize<RunningLab>(File.ReadAllText(UserFolders.StatusFile(Path.Combine(UserFolders.State, lab.Name))), JsonSerializerOptions.Web);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}

/// <summary>A service of a running lab.</summary>
/// <param name="State"><c>Healthy</c> and others.</param>
/// <param name="Address">Where nodes reach it; null for nowhere.</param>
/// <param name="Url">Where it answers on this machine; null for nowhere.</param>
internal sealed record RunningService(string State, string? Address, string? Url);
