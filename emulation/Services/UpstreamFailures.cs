using System.Collections.Concurrent;
using System.Diagnostics;
using Lab.Emulation.Registries;

namespace Lab.Emulation.Services;

/// <summary>
/// What could not be learned from a registry, by repository. Distribution in proxy mode says "not found" as well when it could not ask
/// (a tag) as when it was told so; this tells the two apart.
/// </summary>
internal sealed class UpstreamFailures
{
    private readonly ConcurrentDictionary<string, (long Time, string Reason)> _last = new();

    /// <summary>A moment for <see cref="Since"/>.</summary>
    public static long Now => Stopwatch.GetTimestamp();

    /// <summary>Notes that a request got no answer that says anything.</summary>
    public void Note(string path, string reason) => _last[RegistryClient.RepositoryOf(path)] = (Now, reason);

    /// <summary>Why the registry could not be asked about a repository at some time since a moment; null when it always could.</summary>
    public string? Since(string path, long moment) =>
        _last.TryGetValue(RegistryClient.RepositoryOf(path), out var failure) && failure.Time >= moment ? failure.Reason : null;
}
