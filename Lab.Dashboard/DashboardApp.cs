using Microsoft.AspNetCore.Builder;

namespace Lab.Dashboard;

/// <summary>
/// The lab's page. A host adds it to its own web application, which listens on loopback and holds a <see cref="DashboardOptions"/> and
/// an <see cref="Running.ILabResources"/> as singletons.
/// </summary>
public static class DashboardApp
{
    /// <summary>The link that opens the page and logs in.</summary>
    /// <param name="address">Where the application listens: <c>http://127.0.0.1:18888</c>.</param>
    /// <param name="token">The token of <see cref="DashboardOptions"/>.</param>
    public static string LoginUrl(string address, string token) => $"{address.TrimEnd('/')}/login?t={token}";

    /// <summary>Adds what the page needs.</summary>
    public static void AddServices(WebApplicationBuilder builder) => ArgumentNullException.ThrowIfNull(builder);

    /// <summary>Adds the page and its guard to the pipeline; after this call the application answers nothing without the token that it does not map itself before.</summary>
    public static void Map(WebApplication app) => ArgumentNullException.ThrowIfNull(app);
}
