using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lab.Emulation.Linux;

namespace Lab.Dashboard.Access;

/// <summary>Where a running lab is reached on this machine, and with what: kept in a file that only its user can read.</summary>
public sealed record LabAccess
{
    /// <summary>A version, not <c>latest</c>: the same image whenever the command is run.</summary>
    private const string AspireDashboardImage = "mcr.microsoft.com/dotnet/aspire-dashboard:13.5.2";

    /// <summary>Makes links that open the dashboard: whoever has it may do with the lab what its user may.</summary>
    public DashboardKey Key { get; init; } = DashboardKey.Create();

    /// <summary>What a client of the resource service sends in the header <c>x-resource-service-api-key</c>.</summary>
    public string ApiKey { get; init; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>The dashboard: <c>http://3f9a….localhost:15080</c>; null while there is none.</summary>
    public string? Dashboard { get; set; }

    /// <summary>The resource service: <c>http://127.0.0.1:41234</c>; null while there is none.</summary>
    public string? ResourceService { get; set; }

    /// <summary>A new link that opens the dashboard and logs in, once.</summary>
    /// <param name="page">The page to open: <c>/boot/cp1</c>; without it the first one.</param>
    public string? NewLink(string? page = null) => Dashboard is null ? null : Key.Link(Dashboard, page);

    /// <summary>What the stand-alone Aspire dashboard has to know, as environment variables; empty while there is no resource service.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> AspireDashboardVariables =>
        ResourceService is null
            ? new Dictionary<string, string>()
            : new Dictionary<string, string>
            {
                ["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] = ResourceService,
                ["DASHBOARD__RESOURCESERVICECLIENT__AUTHMODE"] = "ApiKey",
                ["DASHBOARD__RESOURCESERVICECLIENT__APIKEY"] = ApiKey,
            };

    /// <summary>The command that shows the lab in the stand-alone Aspire dashboard with Docker, on a port of its own.</summary>
    [JsonIgnore]
    public string? AspireDashboardInDocker =>
        ResourceService is null
            ? null
            : $"docker run --rm --network host {string.Join(' ', AspireDashboardVariables.Select(variable => $"-e {variable.Key}={variable.Value}"))} {AspireDashboardImage}";

    /// <summary>The same with the <c>aspire</c> program.</summary>
    [JsonIgnore]
    public string? AspireDashboardCommand =>
        ResourceService is null
            ? null
            : $"{string.Join(' ', AspireDashboardVariables.Select(variable => $"{variable.Key}={variable.Value}"))} aspire dashboard run";

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
