using System.Collections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Lab.ServiceDefaults;

/// <summary>OpenTelemetry as every process of the lab that listens has it.</summary>
public static class OpenTelemetryDefaults
{
    /// <summary>The environment variable that turns the export on (https://opentelemetry.io/docs/specs/otel/protocol/exporter/).</summary>
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>
    /// Exports the traces and metrics of a process of its own over OTLP when <see cref="EndpointVariable"/> is set. Otherwise it does
    /// nothing, loads nothing and costs nothing.
    /// </summary>
    /// <param name="builder">The process's host; it need not read the environment itself.</param>
    /// <param name="service">Service name: that of the resource.</param>
    /// <param name="scope">Name of the activity source and meter.</param>
    public static IHostApplicationBuilder AddLabOpenTelemetry(this IHostApplicationBuilder builder, string service, string scope)
    {
        var variables = OfEnvironment();
        if (IsWanted(variables))
        {
            builder.Configuration.AddInMemoryCollection(variables);
            builder
                .Services.AddOpenTelemetry()
                .ConfigureResource(resource => resource.AddService(service))
                .WithTracing(tracing => tracing.AddSource(scope).AddOtlpExporter())
                .WithMetrics(metrics => metrics.AddMeter(scope).AddOtlpExporter());
        }

        return builder;
    }

    /// <summary>True when there is a receiver.</summary>
    public static bool IsWanted(IReadOnlyDictionary<string, string?> variables) => variables.GetValueOrDefault(EndpointVariable) is { Length: > 0 };

    /// <summary>The exporter's settings of this process's environment. It reads them from the configuration, and a process may have none.</summary>
    public static IReadOnlyDictionary<string, string?> OfEnvironment() =>
        Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .Where(variable => ((string)variable.Key).StartsWith("OTEL_", StringComparison.Ordinal))
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value);

    /// <summary>The receiver's port on this machine's loopback; null when there is none, or when it is elsewhere.</summary>
    public static int? LoopbackPort(IReadOnlyDictionary<string, string?> variables) =>
        Uri.TryCreate(variables.GetValueOrDefault(EndpointVariable), UriKind.Absolute, out var endpoint) && endpoint.IsLoopback ? endpoint.Port : null;
}
