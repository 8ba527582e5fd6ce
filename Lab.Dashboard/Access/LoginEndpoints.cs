using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Lab.Dashboard.Access;

/// <summary><c>/login?t=TOKEN</c>: the link that the host prints.</summary>
internal static class LoginEndpoints
{
    public static void Map(WebApplication app) =>
        app.MapGet("/login", (HttpContext context, DashboardOptions dashboard, string? t) =>
        {
            if (!LinkAuthentication.IsToken(t, dashboard))
            {
                return LoginPage.WriteAsync(context, dashboard, wasWrong: t is not null);
            }

            context.Response.Cookies.Append(LinkAuthentication.CookieName(dashboard), dashboard.Token, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/", IsEssential = true });

            // A redirect that follows a link of another program is cross-site, and a strict cookie stays behind: this one comes from our own page.
            context.Response.ContentType = "text/html; charset=utf-8";
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers["Refresh"] = "0;url=/";
            return context.Response.WriteAsync("<!doctype html><html lang=\"en\"><title>Lab</title><link rel=\"icon\" href=\"assets/favicon.svg\" type=\"image/svg+xml\"><p><a href=\"/\">Open the lab</a></p></html>");
        }).WithMetadata(DashboardEndpoint.Instance);
}
