using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Lab.ServiceDefaults;

/// <summary>Traces, metrics and logs of one resource, exported over OTLP under its own service name.</summary>
public sealed class ResourceTelemetry : IDisposable
{
    private readonly OpenTelemetrySdk _sdk;

    /// <summary>Begins to export.</summary>
    /// <param name="service">The resource's name, which is the service name.</param>
    /// <param name="variables">The exporter's settings (https://opentelemetry.io/docs/specs/otel/protocol/exporter/).</param>
    public ResourceTelemetry(string service, IReadOnlyDictionary<string, string?> variables)
    {
        var scope = $"lab.{service}";
        (Traces, Metrics) = (new ActivitySource(scope), new Meter(scope));
        _sdk = OpenTelemetrySdk.Create(otel =>
        {
            otel.Services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(variables).Build());
            otel.ConfigureResource(resource => resource.AddService(service))
                .WithTracing(tracing => tracing.AddSource(scope).AddOtlpExporter())
                .WithMetrics(metrics => metrics.AddMeter(scope).AddOtlpExporter())
                .WithLogging(logging => logging.AddOtlpExporter());
        });
        Log = _sdk.GetLoggerFactory().CreateLogger(scope);
    }

    /// <summary>Its spans.</summary>
    public ActivitySource Traces { get; }

    /// <summary>Its instruments.</summary>
    public Meter Metrics { get; }

    /// <summary>Its log.</summary>
    public ILogger Log { get; }

    /// <summary>Exports what is left.</summary>
    public void Dispose()
    {
        _sdk.Dispose();
        Traces.Dispose();
        Metrics.Dispose();
    }
}
