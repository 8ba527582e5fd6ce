using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Lab.Emulation.Ec2;

/// <summary>Session tokens of instance metadata (IMDSv2). One holds for the instance that asked for it, until its time is over.</summary>
/// <param name="time">The clock.</param>
public sealed class SessionTokens(TimeProvider time)
{
    /// <summary>The longest time that may be asked for: six hours, in seconds.</summary>
    public const int LongestSeconds = 21600;

    private readonly ConcurrentDictionary<string, (string Instance, DateTimeOffset End)> _tokens = new();

    /// <summary>A new token.</summary>
    public string Issue(string instance, int seconds)
    {
        foreach (var (old, entry) in _tokens.Where(known => known.Value.End < time.GetUtcNow()))
        {
            _tokens.TryRemove(KeyValuePair.Create(old, entry));
        }

        var token = Convert.ToBase64String(RandomNumberGenerator.GetBytes(40)).Replace('+', '-').Replace('/', '_');
        _tokens[token] = (instance, time.GetUtcNow().AddSeconds(seconds));
        return token;
    }

    /// <summary>True for a token that the instance may use now.</summary>
    public bool IsValid(string instance, string token) => _tokens.TryGetValue(token, out var known) && known.Instance == instance && known.End > time.GetUtcNow();
}
