using System.Text.RegularExpressions;
using Lab.Model.Services;

namespace Lab.Emulation.Services;

/// <summary>
/// Repositories in the cache of all registries that have none of their own: each below its registry, so that what two call the same is kept
/// apart. Nodes name the registry in the query <c>ns</c>, as containerd does, and so is the upstream told.
/// </summary>
internal static partial class RegistryOfOthers
{
    private const string Api = "/v2/";

    /// <summary>A colon is no part of a repository's name, and an underscore none of a host's.</summary>
    private const char Colon = ':',
        InPlaceOfColon = '_';

    /// <summary>Whether what a node calls a registry can be one.</summary>
    public static bool IsRegistry(string text) => Host().IsMatch(text);

    /// <summary>The path of what a node asks for, in the cache.</summary>
    /// <param name="registry">The registry that it is of.</param>
    /// <param name="path">The path that the node asks for.</param>
    public static string In(string registry, string path) => IsOfNone(path) ? path : $"{Api}{registry.Replace(Colon, InPlaceOfColon)}/{path[Api.Length..]}";

    /// <summary>What the upstream is asked for, given a path in the cache.</summary>
    public static string Outside(string path)
    {
        var (registry, rest) = path[Api.Length..].Split('/', 2) is [var first, var second] ? (first, second) : ("", path[Api.Length..]);
        return $"{Api}{rest}?ns={Uri.EscapeDataString(registry.Replace(InPlaceOfColon, Colon))}";
    }

    /// <summary>True for what is no registry's: the version of the API, and the lab's own image.</summary>
    public static bool IsOfNone(string path) =>
        !path.StartsWith(Api, StringComparison.Ordinal) || path == Api || path.StartsWith($"{Api}{RegistryCache.ProbeRepository}/", StringComparison.Ordinal);

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?\z")]
    private static partial Regex Host();
}
