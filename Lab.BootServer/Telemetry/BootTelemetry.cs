using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Lab.BootServer.Http;
using Lab.Model.Services;

namespace Lab.BootServer.Telemetry;

/// <summary>Says of each answer which machine it was for, in every form in which somebody may want to know.</summary>
internal sealed class BootTelemetry(RequestFeed feed, RequestMetrics metrics, AssetRoles assets, TimeProvider time, bool keepsExchanges) : IDisposable
{
    /// <summary>Name of the activity source and the meter.</summary>
    public const string Name = "Lab.BootServer";

    private readonly MacTable _macs = new();
    private readonly ActivitySource _source = new(Name);
    private readonly Meter _meter = new(Name);
    private Histogram<double>? _durations;
    private Counter<long>? _bytes;

    /// <summary>The boots that machines make now.</summary>
    public BootTable Boots { get; } = new();

    /// <summary>Records an answer.</summary>
    public void Record(HttpContext context, Exchange exchange)
    {
        var remote = context.Connection.RemoteIpAddress;
        var stage = exchange.LeavesToDisk ? BootRequestStage.Disk : BootStages.Of(exchange.Path, assets);
        var request = new BootRequest
        {
            Time = time.GetUtcNow(),
            Remote = Plain(remote)?.ToString() ?? "",
            Mac = _macs.Attribute(remote, exchange.Mac),
            Method = exchange.Method,
            Path = exchange.Path,
            Query = exchange.Query.Raw,
            Status = exchange.Status,
            Bytes = exchange.BytesSent,
            DurationMs = exchange.Elapsed.TotalMilliseconds,
            Stage = stage,
            Reason = exchange.Reason,
            Exchange = keepsExchanges && stage != BootRequestStage.Other ? ExchangeText.Of(context, exchange) : null,
        };
        feed.Publish(request);
        metrics.Count(request);
        Export(request);
    }

    public void Dispose()
    {
        _source.Dispose();
        _meter.Dispose();
    }

    /// <summary>An IPv4 client of a socket that takes both kinds shows as IPv4.</summary>
    private static IPAddress? Plain(IPAddress? remote) => remote is { IsIPv4MappedToIPv6: true } ? remote.MapToIPv4() : remote;

    private void Export(BootRequest request)
    {
        _durations ??= _meter.CreateHistogram<double>("lab.boot.request.duration", "s", "Time of an answer.");
        _bytes ??= _meter.CreateCounter<long>("lab.boot.response.size", "By", "Bytes of bodies that were sent.");
        if (_durations.Enabled || _bytes.Enabled)
        {
            var tags = Tags(request);
            _durations.Record(request.DurationMs / 1000, tags);
            _bytes.Add(request.Bytes, tags);
        }

        // Health is asked every few seconds: it would bury the boots.
        if (!_source.HasListeners() || request.Query == BootRequest.HealthQuery)
        {
            return;
        }

        using var activity = _source.StartActivity(
            ActivityKind.Server,
            Boots.Of(request.Mac),
            startTime: request.Time - TimeSpan.FromMilliseconds(request.DurationMs),
            name: $"{request.Method} {request.Path}"
        );
        if (activity is null)
        {
            return;
        }

        foreach (var (key, value) in Tags(request))
        {
            activity.SetTag(key, value);
        }

        activity.SetTag("http.response.body.size", request.Bytes);
        activity.SetTag("url.path", request.Path);
        activity.SetTag("client.address", request.Remote);
        activity.SetStatus(request.Reason is null ? ActivityStatusCode.Unset : ActivityStatusCode.Error, request.Reason);
    }

    private static TagList Tags(BootRequest request) =>
        new([
            new("lab.node.mac", request.Mac),
            new("lab.boot.stage", request.Stage.ToString().ToLowerInvariant()),
            new("http.request.method", request.Method),
            new("http.response.status_code", request.Status),
        ]);
}
