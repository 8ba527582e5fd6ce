using System.Net;
using Lab.Model.Definition;

namespace Lab.Model.Services;

/// <summary>A pull-through cache of one registry: CNCF Distribution in proxy mode.</summary>
public static class RegistryCache
{
    /// <summary>
    /// A repository that the lab itself serves as the upstream of every cache, so that the way node – cache – upstream can be proved
    /// without the internet. No registry has it.
    /// </summary>
    public const string ProbeRepository = "lab/probe";

    /// <summary>The only tag of <see cref="ProbeRepository"/>.</summary>
    public const string ProbeTag = "1";

    /// <summary>What the names of all caches begin with.</summary>
    public const string NamePrefix = "registry-";

    /// <summary>The service's name in output, logs and commands: <c>registry-docker.io</c>.</summary>
    public static string Name(MirrorDefinition mirror) => NamePrefix + FolderName(mirror);

    /// <summary>Name of the folder of what a cache keeps.</summary>
    public static string FolderName(MirrorDefinition mirror) => IsOfOthers(mirror) ? "others" : mirror.Registry;

    /// <summary>True for the cache of all registries that have none of their own.</summary>
    public static bool IsOfOthers(MirrorDefinition mirror) => mirror.Registry == MirrorDefinition.Others;

    /// <summary>The project that an upstream is, of a registry that proxies others; empty for a registry itself. Its API's own begin is no part of it.</summary>
    public static string ProjectOf(Uri upstream)
    {
        var path = $"{upstream.AbsolutePath.Trim('/')}/";
        return (path.StartsWith("v2/", StringComparison.Ordinal) ? path["v2/".Length..] : path).TrimEnd('/');
    }

    /// <summary>True for one registry, asked at its root and in no project of it, which is all that Distribution itself can.</summary>
    public static bool IsPlain(MirrorDefinition mirror) => !IsOfOthers(mirror) && ProjectOf(mirror.Upstream) == "";

    /// <summary>Where nodes reach the cache.</summary>
    public static string Url(LabDefinition lab, MirrorDefinition mirror) => $"http://{lab.Bastion.Address}:{mirror.Port}";

    /// <summary>The configuration (https://distribution.github.io/distribution/about/configuration/).</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="mirror">The registry.</param>
    /// <param name="upstream">What the cache takes for the registry: the way out of the lab, or the registry itself.</param>
    /// <param name="folder">Absolute path of the folder that holds what was pulled.</param>
    /// <param name="listen">Where the process listens; without it where nodes reach the cache.</param>
    public static string Config(LabDefinition lab, MirrorDefinition mirror, string upstream, string folder, IPEndPoint? listen = null) =>
        $"""
            # Cache of {mirror.Registry} for lab {lab.Name}.
            version: 0.1
            log:
              level: warn
              accesslog:
                disabled: true
            storage:
              filesystem:
                rootdirectory: {ConfigPath.Quote(folder)}
              delete:
                enabled: true
            http:
              addr: {listen ?? CacheEndpoints.Of(lab, mirror).Front}
            proxy:
              remoteurl: {upstream}

            """.ReplaceLineEndings("\n");
}
