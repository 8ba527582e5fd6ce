using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Lab.Dashboard.Access;

/// <summary>The browsers that have opened a link. They end with the host; a link opens one session.</summary>
internal sealed class Sessions(DashboardOptions dashboard)
{
    /// <summary>Of what is secret only digests are kept: how long it takes to find one tells nothing.</summary>
    private readonly ConcurrentDictionary<string, bool> _open = new();

    private readonly ConcurrentDictionary<string, bool> _used = new();

    /// <summary>A new session for the token of a link; null where the link is not of this run, or was used before.</summary>
    public string? Open(string? token)
    {
        if (token is null || !dashboard.Key.HasMade(token) || !_used.TryAdd(Digest(token), true))
        {
            return null;
        }

        var session = RandomNumberGenerator.GetHexString(64, lowercase: true);
        _open[Digest(session)] = true;
        return session;
    }

    public bool IsOpen(string? session) => session is not null && _open.ContainsKey(Digest(session));

    private static string Digest(string secret) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
