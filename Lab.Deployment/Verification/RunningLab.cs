using Lab.Model;
using Lab.Model.Definition;
using Lab.Model.Rendering;
using Lab.Model.Running;
using Lab.Model.Services;

namespace Lab.Deployment.Verification;

/// <summary>A lab that runs on this machine, as it tells about itself.</summary>
/// <param name="Status">What it tells.</param>
internal sealed record RunningLab(LabStatus Status)
{
    /// <summary>Each service by name.</summary>
    public IReadOnlyDictionary<string, LabStatus.ServiceStatus> Services => Status.Services;

    /// <summary>True for one that runs as a VPC: its services are the bastion's containers.</summary>
    public bool IsVpc => Services.ContainsKey(ComposeFile.MatchboxService);

    /// <summary>Where its boot server answers on this machine; null for nowhere.</summary>
    public Uri? BootServer =>
        Services.TryGetValue(IsVpc ? ComposeFile.MatchboxService : Matchbox.Name, out var server) && Uri.TryCreate(server.Url, UriKind.Absolute, out var url)
            ? url
            : null;

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
            return IsHeld(UserFolders.LockFile(labFolder))
                ? LabStatus.Read(labFolder) is { } status
                    ? new RunningLab(status)
                    : null
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
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
