using Lab.Dashboard.Access;
using Lab.Runtime.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Lab.Dashboard;

/// <summary>The whole log of a resource as a file.</summary>
internal static class LogDownload
{
    /// <summary>The link of a resource's log.</summary>
    public static string Url(string resource) => $"download/{Uri.EscapeDataString(resource)}.log";

    public static void Map(WebApplication app) =>
        app.MapGet(
                "/download/{resource}.log",
                (string resource, ILabResources lab) =>
                    lab.Current.Any(known => known.Definition.Name == resource) && lab.LogFilePath(resource) is { } path && File.Exists(path)
                        ? Results.File(
                            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete),
                            "text/plain; charset=utf-8",
                            $"{resource}.log"
                        )
                        : Results.NotFound()
            )
            .RequireAuthorization()
            .WithMetadata(DashboardEndpoint.Instance);
}
