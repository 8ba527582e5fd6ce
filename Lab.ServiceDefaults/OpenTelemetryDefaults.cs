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
    /// <param name="variables">The exporter's settings; without them those of the environment.</param>
    public static IHostApplicationBuilder AddLabOpenTelemetry(this IHostApplicationBuilder builder, string name, IReadOnlyDictionary<string, string?>? variables = null)
    {
        variables ??= OfEnvironment();
        if (variables.GetValueOrDefault(EndpointVariable) is { Length: > 0 })
        {
            builder.Configuration.AddInMemoryCollection(variables);
            AddExport(builder.Services, name);
        }

        return builder;
    }

    /// <summary>The exporter's settings of this process's environment. It reads them from the configuration, and a process may have none.</summary>
    public static IReadOnlyDictionary<string, string?> OfEnvironment() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .Where(variable => ((string)variable.Key).StartsWith("OTEL_", StringComparison.Ordinal))
        .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value);

    /// <summary>The receiver's port on this machine's loopback; null when there is none, or when it is elsewhere.</summary>
    public static int? LoopbackPort(IReadOnlyDictionary<string, string?> variables) =>
        Uri.TryCreate(variables.GetValueOrDefault(EndpointVariable), UriKind.Absolute, out var endpoint) && endpoint.IsLoopback ? endpoint.Port : null;

    private static void AddExport(IServiceCollection services, string name) => services
        .AddOpenTelemetry()
        .ConfigureResource(resource => resource.AddService(name))
        .WithTracing(tracing => tracing.AddSource(name).AddOtlpExporter())
        .WithMetrics(metrics => metrics.AddMeter(name).AddOtlpExporter());
}
