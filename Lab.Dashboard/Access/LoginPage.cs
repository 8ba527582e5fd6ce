using System.Net;
using Lab.Model;
using Microsoft.AspNetCore.Http;

namespace Lab.Dashboard.Access;

/// <summary>What a browser without a session sees.</summary>
internal static class LoginPage
{
    /// <summary>Prints a new link.</summary>
    public static string Command { get; } = LabCommand.Line("dashboard");

    /// <summary>Answers 401 with a page that says how to get a link.</summary>
    public static Task WriteAsync(HttpContext context, DashboardOptions dashboard, bool wasWrong)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        var name = WebUtility.HtmlEncode(dashboard.Lab.Name);
        return context.Response.WriteAsync(
            $"""
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
            <h1>{(wasWrong ? "This link was already used, or belongs to another run" : "Open the lab's link")}</h1>
            <p>The page of lab <strong>{name}</strong> opens with a link of the running lab. A link logs one browser in, once; that browser stays logged in until the lab or the browser ends.</p>
            <p>This prints a new link:</p>
            <pre><code>{WebUtility.HtmlEncode($"{Command} --name {dashboard.Lab.Name}")}</code></pre>
            </main>
            </body>
            </html>
            """
        );
    }
}
