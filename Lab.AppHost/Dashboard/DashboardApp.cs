using Microsoft.AspNetCore.Builder;

namespace Lab.AppHost.Dashboard;

/// <summary>The dashboard's pages, in the host's web server.</summary>
public static class DashboardApp
{
    /// <summary>Adds what the pages need. <see cref="Embedded.ILabResources"/> and <see cref="Embedded.LabAccess"/> are there already.</summary>
    public static void AddServices(WebApplicationBuilder builder)
    {
    }

    /// <summary>Adds the pages.</summary>
    public static void Map(WebApplication app)
    {
    }
}
