using System.Security.Cryptography;
using System.Text;
using Grpc.AspNetCore.Server;
using Lab.Dashboard.Access;
using Microsoft.AspNetCore.Http;

namespace Lab.Dashboard.Serving.ResourceService;

/// <summary>Lets only those call the resource service who have its key; the lab's own socket only its user can open.</summary>
internal sealed class ResourceServiceKey(RequestDelegate next, LabAccess access)
{
    /// <summary>The header that Aspire's dashboard sends.</summary>
    public const string Header = "x-resource-service-api-key";

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is null || IsLabSocket(context) || HasKey(context))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    /// <summary>Only a Unix socket has no IP address.</summary>
    private static bool IsLabSocket(HttpContext context) => context.Connection.LocalIpAddress is null;

    private bool HasKey(HttpContext context) =>
        context.Request.Headers[Header] is [{ } key]
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(access.ApiKey));
}
