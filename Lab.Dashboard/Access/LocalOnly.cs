using System.Net;
using Microsoft.AspNetCore.Http;

namespace Lab.Dashboard.Access;

/// <summary>
/// Lets only this machine's browsers in, and only under the run's own name: a page of the internet whose name was made to mean
/// 127.0.0.1 (DNS rebinding) has another Host, and a page of another local port another Origin. Under 127.0.0.1 a cookie would go to
/// every port of it.
/// </summary>
internal sealed class LocalOnly(RequestDelegate next, DashboardOptions dashboard)
{
    private const string Policy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<DashboardEndpoint>() is null)
        {
            return next(context);
        }

        if (!IsLocal(context))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return context.Response.WriteAsync(
                $"The dashboard answers only on this machine, under the host name of its link. A new link: {LoginPage.Command}\n"
            );
        }

        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        return next(context);
    }

    private bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address
        && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
        && context.Request.Host.Host.Equals(dashboard.Key.Site, StringComparison.OrdinalIgnoreCase)
        && (context.Request.Headers.Origin.ToString() is not { Length: > 0 } origin || origin == $"{context.Request.Scheme}://{context.Request.Host}");
}
