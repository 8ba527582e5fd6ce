using System.Collections.Concurrent;
using System.Diagnostics;
using Lab.Registries;
using Microsoft.AspNetCore.Http;

namespace Lab.Emulation.Services;

/// <summary>Why a registry gave no answer about what was asked for.</summary>
/// <param name="Status">What to answer instead: 503, 403 where it gives it to others only, 421 where it is not the registry that is meant.</param>
/// <param name="Reason">Why, a phrase.</param>
internal sealed record UpstreamFailure(int Status, string Reason)
{
    /// <summary>When to ask again, as the registry said it; null for no word of it.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>The registry cannot be asked, or says nothing that means something.</summary>
    public static UpstreamFailure Unavailable(string reason) => new(StatusCodes.Status503ServiceUnavailable, reason);

    /// <summary>The registry does not give it to who asks.</summary>
    public static UpstreamFailure Denied(string reason) => new(StatusCodes.Status403Forbidden, reason);

    /// <summary>It is not the registry that is meant.</summary>
    public static UpstreamFailure Misdirected(string reason) => new(StatusCodes.Status421MisdirectedRequest, reason);

    /// <summary>The error's code in a registry's API.</summary>
    public string Code =>
        Status switch
        {
            StatusCodes.Status403Forbidden => "DENIED",
            StatusCodes.Status421MisdirectedRequest => "UNSUPPORTED",
            _ => "UNAVAILABLE",
        };
}

/// <summary>
/// What a registry said, or why it said nothing. Distribution in proxy mode mixes the two up: it says "not found" of a tag when it could
/// not ask or was refused, and 500 of a manifest's digest when it was told that there is none.
/// </summary>
internal sealed class UpstreamRecord
{
    /// <summary>More than are asked for while one request lasts; past it the absent are forgotten, and what the process answers with 500 is called unavailable.</summary>
    private const int KeptAbsent = 4096;

    private readonly ConcurrentDictionary<string, (long Time, UpstreamFailure Failure)> _failures = new();
    private readonly ConcurrentDictionary<string, long> _absent = new();

    /// <summary>A moment for the questions below.</summary>
    public static long Now => Stopwatch.GetTimestamp();

    /// <summary>Notes that a request got no answer that says anything.</summary>
    public void NoteFailure(string path, UpstreamFailure failure) => _failures[RegistryClient.RepositoryOf(path)] = (Now, failure);

    /// <summary>Notes that the registry said that it does not have what it was asked for.</summary>
    public void NoteAbsent(string path)
    {
        if (_absent.Count >= KeptAbsent)
        {
            _absent.Clear();
        }

        _absent[path] = Now;
    }

    /// <summary>Why the registry did not answer about a repository at some time since a moment; null when it always did.</summary>
    public UpstreamFailure? FailureSince(string path, long moment) =>
        _failures.TryGetValue(RegistryClient.RepositoryOf(path), out var noted) && noted.Time >= moment ? noted.Failure : null;

    /// <summary>Whether the registry has said since a moment that it does not have this.</summary>
    public bool IsAbsentSince(string path, long moment) => _absent.TryGetValue(path, out var time) && time >= moment;
}
