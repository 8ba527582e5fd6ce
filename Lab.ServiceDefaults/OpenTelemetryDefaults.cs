using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Resources;

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
    /// <param name="services">The process's services.</param>
    /// <param name="name">Service name, and name of the activity source and meter.</param>
    public static IServiceCollection AddLabOpenTelemetry(this IServiceCollection services, string name)
    {
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(EndpointVariable)))
        {
            AddExport(services, name);
        }

        return services;
    }

    private static void AddExport(IServiceCollection services, string name) => services
        .AddOpenTelemetry()
        .ConfigureResource(resource => resource.AddService(name))
        .WithTracing(tracing => tracing.AddSource(name))
        .WithMetrics(metrics => metrics.AddMeter(name))
        .UseOtlpExporter();
}
