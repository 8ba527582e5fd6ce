using System.Net;
using Microsoft.AspNetCore.Http;

namespace Lab.Dashboard.Access;

/// <summary>
/// Lets only this machine's browsers in, and only under a name of this machine: a page of the internet whose name was made to mean
/// 127.0.0.1 (DNS rebinding) has another Host, and a page of another local port another Origin.
/// </summary>
internal sealed class LocalOnly(RequestDelegate next)
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
            return context.Response.WriteAsync("The lab's page is only for browsers of its own machine, under http://127.0.0.1 or http://localhost.\n");
        }

        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        return next(context);
    }

    private static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
        && IsLocalName(context.Request.Host.Host)
        && (context.Request.Headers.Origin.ToString() is not { Length: > 0 } origin || origin == $"{context.Request.Scheme}://{context.Request.Host}");

    private static bool IsLocalName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
