using System.Security.Cryptography;

namespace Lab.Emulation.Aws;

/// <summary>
/// Session tokens of instance metadata (IMDSv2). One holds for the instance that asked for it, until its time is over, or until the instance has
/// asked for very many more.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class SessionTokens(TimeProvider time)
{
    /// <summary>The longest time that may be asked for: six hours, in seconds.</summary>
    public const int LongestSeconds = 21600;

    /// <summary>So many of its last tokens an instance may use: who asks for one with each request needs one.</summary>
    public const int MostOfOneInstance = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<(string Token, DateTimeOffset End)>> _tokens = [];

    /// <summary>A new token.</summary>
    public string Issue(string instance, int seconds)
    {
        var token = Convert.ToBase64String(RandomNumberGenerator.GetBytes(40)).Replace('+', '-').Replace('/', '_');
        lock (_lock)
        {
            var own = _tokens.TryGetValue(instance, out var known) ? known : _tokens[instance] = [];
            own.Enqueue((token, time.GetUtcNow().AddSeconds(seconds)));
            if (own.Count > MostOfOneInstance)
            {
                own.Dequeue();
            }
        }

        return token;
    }

    /// <summary>True for a token that the instance may use now.</summary>
    public bool IsValid(string instance, string token)
    {
        lock (_lock)
        {
            return _tokens.TryGetValue(instance, out var own) && own.Any(known => known.Token == token && known.End > time.GetUtcNow());
        }
    }
}
