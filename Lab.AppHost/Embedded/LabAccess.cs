using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lab.Dashboard;
using Lab.Emulation.Host;

namespace Lab.AppHost.Embedded;

/// <summary>Where a running lab is reached on this machine, and with what: kept in a file that only its user can read.</summary>
public sealed record LabAccess
{
    /// <summary>Opens the dashboard: whoever has it may do with the lab what its user may.</summary>
    public string Token { get; init; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>What a client of the resource service sends in the header <c>x-resource-service-api-key</c>.</summary>
    public string ApiKey { get; init; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>The dashboard: <c>http://127.0.0.1:15080</c>; null while there is none.</summary>
    public string? Dashboard { get; set; }

    /// <summary>The resource service: <c>http://127.0.0.1:41234</c>; null while there is none.</summary>
    public string? ResourceService { get; set; }

    /// <summary>The link that opens the dashboard and logs in.</summary>
    [JsonIgnore]
    public string? LoginUrl => Dashboard is null ? null : DashboardApp.LoginUrl(Dashboard, Token);

    /// <summary>The link that opens a page of the dashboard (<c>/boot/cp1</c>) and logs in.</summary>
    public string? LoginTo(string page) => Dashboard is null ? null : DashboardApp.LoginUrl(Dashboard, Token, page);

    /// <summary>The command that shows the lab in the stand-alone Aspire dashboard, on a port of its own.</summary>
    [JsonIgnore]
    public string? AspireDashboard => ResourceService is null ? null : string.Join(' ',
        "docker run --rm --network host",
        $"-e ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL={ResourceService}",
        "-e DASHBOARD__RESOURCESERVICECLIENT__AUTHMODE=ApiKey",
        $"-e DASHBOARD__RESOURCESERVICECLIENT__APIKEY={ApiKey}",
        "mcr.microsoft.com/dotnet/aspire-dashboard:latest");

    /// <summary>Writes it where the lab's user finds it.</summary>
    public void Save(LabFolder lab)
    {
        using var file = SecretFile.Create(PathIn(lab));
        JsonSerializer.Serialize(file, this, JsonSerializerOptions.Web);
    }

    /// <summary>How a running lab is reached; null for one that serves nothing.</summary>
    public static LabAccess? Read(LabFolder lab)
    {
        try
        {
            return JsonSerializer.Deserialize<LabAccess>(File.ReadAllText(PathIn(lab)), JsonSerializerOptions.Web);
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string PathIn(LabFolder lab) => Path.Combine(lab.Run, "access.json");
}
