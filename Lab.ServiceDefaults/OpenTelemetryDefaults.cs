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
    /// Exports the traces and metrics of this name over OTLP when <see cref="EndpointVariable"/> is set. Otherwise it does nothing,
    /// loads nothing and costs nothing.
    /// </summary>
    /// <param name="builder">The process's host; it need not read the environment itself.</param>
    /// <param name="name">Service name, and name of the activity source and meter.</param>
    public static IHostApplicationBuilder AddLabOpenTelemetry(this IHostApplicationBuilder builder, string name)
    {
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(EndpointVariable)))
        {
            builder.Configuration.AddInMemoryCollection(ExporterVariables());
            AddExport(builder.Services, name);
        }

        return builder;
    }

    /// <summary>The exporter reads its settings from the configuration, not from the environment.</summary>
    private static IEnumerable<KeyValuePair<string, string?>> ExporterVariables()
        => Environment.GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .Where(variable => ((string)variable.Key).StartsWith("OTEL_", StringComparison.Ordinal))
            .Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value));

    private static void AddExport(IServiceCollection services, string name) => services
        .AddOpenTelemetry()
        .ConfigureResource(resource => resource.AddService(name))
        .WithTracing(tracing => tracing.AddSource(name).AddOtlpExporter())
        .WithMetrics(metrics => metrics.AddMeter(name).AddOtlpExporter());
}
