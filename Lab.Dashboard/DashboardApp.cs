using System.Text.Encodings.Web;
using Lab.Dashboard.Access;
using Lab.Dashboard.Assets;
using Lab.Dashboard.Layout;
using Lab.Dashboard.Live;
using Lab.Dashboard.Looks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Lab.Dashboard;

/// <summary>
/// The lab's page. A host adds it to its own web application, which listens on loopback and holds a <see cref="DashboardOptions"/>, an
/// <see cref="Runtime.State.ILabResources"/>, the <see cref="Model.Running.KeptRuns"/> and the <see cref="NodeConsoles"/> as singletons. Endpoints that the host maps itself are not touched.
/// </summary>
public static class DashboardApp
{
    /// <summary>Adds what the page needs.</summary>
    public static void AddServices(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddRazorComponents().AddInteractiveServerComponents();
        services
            .AddAuthentication(SessionAuthentication.SchemeName)
            .AddScheme<SessionAuthenticationOptions, SessionAuthentication>(SessionAuthentication.SchemeName, null);
        services.AddSingleton<Sessions>();
        services.AddAuthorization();

        // The keys protect what lives no longer than the host: nothing is written to the user's home.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddSingleton<HtmlEncoder>(new VisibleHtml());
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<LabFeed>();
        services.AddSingleton<UsualBoots>();
        services.AddScoped<Notices>();
        services.AddScoped<Questions>();
    }

    /// <summary>Adds the page and what guards it.</summary>
    public static void Map(WebApplication app)
    {
        app.UseMiddleware<LocalOnly>();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        LoginEndpoints.Map(app);
        EmbeddedAssets.Map(app);
        LogDownload.Map(app);
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode().RequireAuthorization().WithMetadata(DashboardEndpoint.Instance);
    }
}
