using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Lab.Dashboard.Access;

/// <summary>No options; the framework asks for a type.</summary>
internal sealed class LinkAuthenticationOptions : AuthenticationSchemeOptions;

/// <summary>Who has the token of the link that the host printed, in a cookie, is the operator.</summary>
internal sealed class LinkAuthentication(IOptionsMonitor<LinkAuthenticationOptions> options, ILoggerFactory logger, UrlEncoder encoder, DashboardOptions dashboard)
    : AuthenticationHandler<LinkAuthenticationOptions>(options, logger, encoder)
{
    public const string SchemeName = "lab-link";

    /// <summary>Browsers send a host's cookies to all its ports, so two labs need two names.</summary>
    public static string CookieName(DashboardOptions dashboard) => $"lab-{dashboard.Lab.Name}";

    /// <summary>True for the token, in a time that does not tell how much of it is right.</summary>
    public static bool IsToken(string? given, DashboardOptions dashboard) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(dashboard.Token));

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
        IsToken(Request.Cookies[CookieName(dashboard)], dashboard)
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "operator")], SchemeName)), SchemeName))
            : AuthenticateResult.NoResult());

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => LoginPage.WriteAsync(Context, dashboard, wasWrong: false);
}
