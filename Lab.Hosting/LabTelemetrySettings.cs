using Lab.ServiceDefaults;
using Microsoft.Extensions.Configuration;

namespace Lab.Hosting;

/// <summary>Where a lab's telemetry goes: boots are traces, and Aspire's dashboard shows them, where the user has not named another receiver.</summary>
internal static class LabTelemetrySettings
{
    public static IReadOnlyDictionary<string, string?> Of(IConfiguration application)
    {
        var given = OpenTelemetryDefaults.OfEnvironment();
        return given.GetValueOrDefault(OpenTelemetryDefaults.EndpointVariable) is { Length: > 0 }
            ? given
            : new Dictionary<string, string?>(given)
            {
                [OpenTelemetryDefaults.EndpointVariable] = application["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"],
                ["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-otlp-api-key={application["AppHost:OtlpApiKey"]}",
            };
    }
}
