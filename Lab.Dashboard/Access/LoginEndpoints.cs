using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Lab.Dashboard.Access;

/// <summary><c>/login?t=TOKEN</c>: the link that the host prints; with <c>&amp;page=/boot/cp1</c> it opens that page.</summary>
internal static class LoginEndpoints
{
    public static void Map(WebApplication app) =>
        app.MapGet("/login", (HttpContext context, DashboardOptions dashboard, string? t, string? page) =>
        {
            if (!LinkAuthentication.IsToken(t, dashboard))
            {
                return LoginPage.WriteAsync(context, dashboard, wasWrong: t is not null);
            }

            context.Response.Cookies.Append(LinkAuthentication.CookieName(dashboard), dashboard.Token, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/", IsEssential = true });

            // A redirect that follows a link of another program is cross-site, and a strict cookie stays behind: this one comes from our own page.
            context.Response.ContentType = "text/html; charset=utf-8";
            context.Response.Headers.CacheControl = "no-store";
            var path = Path(page);
            context.Response.Headers["Refresh"] = $"0;url={path}";
            return context.Response.WriteAsync($"<!doctype html><html lang=\"en\"><title>Lab</title><link rel=\"icon\" href=\"assets/favicon.svg\" type=\"image/svg+xml\"><p><a href=\"{WebUtility.HtmlEncode(path)}\">Open the lab</a></p></html>");
        }).WithMetadata(DashboardEndpoint.Instance);

    /// <summary>A page of this site, escaped: nobody is led to another one.</summary>
    private static string Path(string? page) =>
        page is not null && page.StartsWith('/') && !page.StartsWith("//", StringComparison.Ordinal) && !page.Contains('\\')
            ? string.Join('/', page.Split('/').Select(Uri.EscapeDataString))
            : "/";
}
