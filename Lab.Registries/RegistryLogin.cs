namespace Lab.Registries;

/// <summary>A user of a registry, and what proves it.</summary>
/// <param name="User">The user's name.</param>
/// <param name="Secret">The password, or an access token in its place; with <see cref="IsIdentityToken"/> a token that is exchanged for others.</param>
public sealed record RegistryLogin(string User, string Secret)
{
    /// <summary>What stands in a user's place beside an identity token (https://github.com/docker/docker-credential-helpers).</summary>
    private const string TokenUser = "<token>";

    /// <summary>True where the secret is an OAuth 2 refresh token.</summary>
    public bool IsIdentityToken => User == TokenUser;

    /// <summary>A login by an identity token.</summary>
    public static RegistryLogin OfIdentityToken(string token) => new(TokenUser, token);

    /// <summary>Without the secret.</summary>
    public override string ToString() => IsIdentityToken ? "an identity token" : User;
}
