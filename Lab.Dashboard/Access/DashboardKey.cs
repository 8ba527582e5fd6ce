using System.Security.Cryptography;

namespace Lab.Dashboard.Access;

/// <summary>What opens the page of one run: a host name that no other server has, and the secret by which links are made.</summary>
/// <param name="Site">The name, below <c>localhost</c>: browsers take it for this machine and keep its cookies from other names, whose ports they do not tell apart.</param>
/// <param name="Secret">Hexadecimal; whoever has it may make links. It is never sent.</param>
public sealed record DashboardKey(string Site, string Secret)
{
    private const int NonceDigits = 32;

    private const int SignatureDigits = 64;

    /// <summary>A key of a new run.</summary>
    public static DashboardKey Create() =>
        new($"{RandomNumberGenerator.GetHexString(16, lowercase: true)}.localhost", RandomNumberGenerator.GetHexString(64, lowercase: true));

    /// <summary>A new link, which logs in once.</summary>
    /// <param name="address">Where the page is: <c>http://3f9a….localhost:15080</c>.</param>
    /// <param name="page">The page to open: <c>/boot/cp1</c>; without it the first one.</param>
    public string Link(string address, string? page = null)
    {
        var nonce = RandomNumberGenerator.GetHexString(NonceDigits, lowercase: true);
        return $"{address.TrimEnd('/')}/login?t={nonce}{Sign(nonce)}{(page is null ? "" : $"&page={Uri.EscapeDataString(page)}")}";
    }

    /// <summary>True for a token that this key has made, in a time that does not tell how much of it is right.</summary>
    internal bool HasMade(string token) =>
        token.Length == NonceDigits + SignatureDigits
        && CryptographicOperations.FixedTimeEquals(
            System.Text.Encoding.UTF8.GetBytes(token[NonceDigits..]),
            System.Text.Encoding.UTF8.GetBytes(Sign(token[..NonceDigits]))
        );

    private string Sign(string nonce) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Convert.FromHexString(Secret), System.Text.Encoding.UTF8.GetBytes(nonce)));
}
