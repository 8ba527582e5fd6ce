using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Lab.Dashboard.Access;

/// <summary>No options; the framework asks for a type.</summary>
internal sealed class SessionAuthenticationOptions : AuthenticationSchemeOptions;

/// <summary>Who has a session, in a cookie, has opened a link of the lab and is the operator.</summary>
internal sealed class SessionAuthentication(
    IOptionsMonitor<SessionAuthenticationOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    DashboardOptions dashboard,
    Sessions sessions
) : AuthenticationHandler<SessionAuthenticationOptions>(options, logger, encoder)
{
    public const string SchemeName = "lab-session";

    /// <summary>The cookie. The host name is this run's alone, so the cookie needs no name of its own.</summary>
    public const string CookieName = "lab-session";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() =>
        Task.FromResult(
            sessions.IsOpen(Request.Cookies[CookieName])
                ? AuthenticateResult.Success(
                    new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "operator")], SchemeName)), SchemeName)
                )
                : AuthenticateResult.NoResult()
        );

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => LoginPage.WriteAsync(Context, dashboard, wasWrong: false);
}
