using System.Collections.Concurrent;
using System.Diagnostics;
using Lab.Registries;

namespace Lab.Emulation.Services;

/// <summary>
/// What a registry said, or why it said nothing. Distribution in proxy mode mixes the two up: it says "not found" of a tag when it could
/// not ask, and 500 of a manifest's digest when it was told that there is none.
/// </summary>
internal sealed class UpstreamRecord
{
    /// <summary>More than are asked for while one request lasts; past it the absent are forgotten, and the process's 500 passes.</summary>
    private const int KeptAbsent = 4096;

    private readonly ConcurrentDictionary<string, (long Time, string Reason)> _failures = new();
    private readonly ConcurrentDictionary<string, long> _absent = new();

    /// <summary>A moment for the questions below.</summary>
    public static long Now => Stopwatch.GetTimestamp();

    /// <summary>Notes that a request got no answer that says anything.</summary>
    public void NoteFailure(string path, string reason) => _failures[RegistryClient.RepositoryOf(path)] = (Now, reason);

    /// <summary>Notes that the registry said that it does not have what it was asked for.</summary>
    public void NoteAbsent(string path)
    {
        if (_absent.Count >= KeptAbsent)
        {
            _absent.Clear();
        }

        _absent[path] = Now;
    }

    /// <summary>Why the registry could not be asked about a repository at some time since a moment; null when it always could.</summary>
    public string? FailureSince(string path, long moment) =>
        _failures.TryGetValue(RegistryClient.RepositoryOf(path), out var failure) && failure.Time >= moment ? failure.Reason : null;

    /// <summary>Whether the registry has said since a moment that it does not have this.</summary>
    public bool IsAbsentSince(string path, long moment) => _absent.TryGetValue(path, out var time) && time >= moment;
}
