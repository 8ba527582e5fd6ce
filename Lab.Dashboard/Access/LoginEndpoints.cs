using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Lab.Dashboard.Access;

/// <summary>
/// <c>/login?t=TOKEN</c>: a link of the lab, which is exchanged for a session; with <c>&amp;page=/boot/cp1</c> it opens that page. In the
/// browser that has used it, the link goes on opening the page.
/// </summary>
internal static class LoginEndpoints
{
    public static void Map(WebApplication app) =>
        app.MapGet(
                "/login",
                (HttpContext context, DashboardOptions dashboard, Sessions sessions, string? t, string? page, bool? again) =>
                {
                    var path = Path(page);
                    if (sessions.Open(t) is { } session)
                    {
                        context.Response.Cookies.Append(
                            SessionAuthentication.CookieName,
                            session,
                            new CookieOptions
                            {
                                HttpOnly = true,
                                SameSite = SameSiteMode.Strict,
                                Path = "/",
                                IsEssential = true,
                            }
                        );
                        return GoOnAsync(context, path);
                    }

                    if (context.User.Identity is { IsAuthenticated: true })
                    {
                        context.Response.Redirect(path);
                        return Task.CompletedTask;
                    }

                    if (t is not null)
                    {
                        // Followed from another program's page, the browser has kept the strict cookie back: our own page asks again.
                        context.Response.Headers["Refresh"] = $"0;url=/login?again=true&page={Uri.EscapeDataString(path)}";
                    }

                    return LoginPage.WriteAsync(context, dashboard, wasWrong: t is not null || again is true);
                }
            )
            .WithMetadata(DashboardEndpoint.Instance);

    /// <summary>A redirect that follows a link of another program is cross-site, and a strict cookie stays behind: this one comes from our own page.</summary>
    private static Task GoOnAsync(HttpContext context, string path)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Refresh"] = $"0;url={path}";
        return context.Response.WriteAsync(
            $"<!doctype html><html lang=\"en\"><title>Lab</title><link rel=\"icon\" href=\"assets/favicon.svg\" type=\"image/svg+xml\"><p><a href=\"{WebUtility.HtmlEncode(path)}\">Open the lab</a></p></html>"
        );
    }

    /// <summary>A page of this site, escaped: nobody is led to another one.</summary>
    private static string Path(string? page) =>
        page is not null && page.StartsWith('/') && !page.StartsWith("//", StringComparison.Ordinal) && !page.Contains('\\')
            ? string.Join('/', page.Split('/').Select(Uri.EscapeDataString))
            : "/";
}
