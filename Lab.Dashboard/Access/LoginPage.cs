using System.Net;
using Microsoft.AspNetCore.Http;

namespace Lab.Dashboard.Access;

/// <summary>What a browser without the token sees.</summary>
internal static class LoginPage
{
    /// <summary>Answers 401 with a page that says where the link is.</summary>
    public static Task WriteAsync(HttpContext context, DashboardOptions dashboard, bool wasWrong)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        var name = WebUtility.HtmlEncode(dashboard.Lab.Name);
        return context.Response.WriteAsync($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Lab {name}: open the link</title>
            <link rel="icon" href="assets/favicon.svg" type="image/svg+xml">
            <link rel="stylesheet" href="assets/lab.css">
            <script src="assets/theme.js"></script>
            </head>
            <body class="plain">
            <main class="plain-card">
            <h1>{(wasWrong ? "This link is of another run" : "Open the lab's link")}</h1>
            <p>The page of lab <strong>{name}</strong> opens with the link that the lab printed when it started. It looks like this:</p>
            <pre><code>http://{WebUtility.HtmlEncode(context.Request.Host.Value)}/login?t=…</code></pre>
            <p>Every start of the lab makes a new link. The running labs and their links are listed by:</p>
            <pre><code>dotnet run --project Lab.AppHost -- ps</code></pre>
            </main>
            </body>
            </html>
            """);
    }
}
