using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Lab.Dashboard.Running;
using Lab.Emulation.Machines;
using Lab.Model.Resources;

namespace Lab.AppHost.Embedded;

/// <summary>Traces and metrics of the lab: a trace a boot with a span a stage, durations, restarts.</summary>
internal sealed class LabTelemetry : IDisposable
{
    /// <summary>Service name, and name of the activity source and meter.</summary>
    public const string Name = "lab-apphost";

    private readonly ActivitySource _source = new(Name);
    private readonly Meter _meter = new(Name);
    private readonly Histogram<double> _boots;
    private readonly Histogram<double> _stages;
    private readonly Counter<long> _restarts;

    public LabTelemetry(ILabResources lab)
    {
        _boots = _meter.CreateHistogram<double>("lab.boot.duration", "s", "From switching a node on until it was ready, failed or went off.");
        _stages = _meter.CreateHistogram<double>("lab.boot.stage.duration", "s", "From the stage before to this one.");
        _restarts = _meter.CreateCounter<long>("lab.resource.restarts", "{restart}", "Starts of a resource after its first.");
        _meter.CreateObservableGauge("lab.resource.healthy", () => lab.Current.Select(now =>
            new Measurement<int>(now.State == ServiceState.Healthy ? 1 : 0, Resource(now.Definition))), "{resource}", "1 for a resource that is healthy.");

        var restarts = new ConcurrentDictionary<string, int>(lab.Current.ToDictionary(now => now.Definition.Name, now => now.Restarts));
        lab.ResourceChanged += now =>
        {
            if (now.Restarts > restarts.GetValueOrDefault(now.Definition.Name))
            {
                restarts[now.Definition.Name] = now.Restarts;
                _restarts.Add(1, Resource(now.Definition));
            }
        };

        var told = new HashSet<(string, DateTimeOffset)>();
        lab.BootChanged += boot =>
        {
            lock (told)
            {
                if (boot.EndedAfter is { } elapsed && told.Add((boot.Node, boot.SwitchedOn)))
                {
                    Tell(boot, elapsed);
                }
            }
        };
    }

    public void Dispose()
    {
        _source.Dispose();
        _meter.Dispose();
    }

    private static KeyValuePair<string, object?> Resource(LabResource resource) => new("lab.resource", resource.Name);

    private void Tell(BootSnapshot boot, TimeSpan elapsed)
    {
        var outcome = boot.IsReady ? "ready" : boot.Failure is null ? "off" : "failed";
        _boots.Record(elapsed.TotalSeconds, new("lab.node", boot.Node), new("lab.outcome", outcome));

        // A trace of its own, whatever runs at the moment.
        var running = Activity.Current;
        Activity.Current = null;
        Trace(boot, elapsed, outcome);
        Activity.Current = running;
    }

    private void Trace(BootSnapshot boot, TimeSpan elapsed, string outcome)
    {
        using var trace = _source.StartActivity(ActivityKind.Internal, startTime: boot.SwitchedOn, name: $"boot {boot.Node}");
        trace?.SetTag("lab.node", boot.Node).SetTag("lab.outcome", outcome);
        var before = TimeSpan.Zero;
        foreach (var reached in boot.Stages.OrderBy(stage => stage.Elapsed))
        {
            _stages.Record((reached.Elapsed - before).TotalSeconds, new("lab.node", boot.Node), new("lab.stage", reached.Stage.Id()));
            using var span = _source.StartActivity(ActivityKind.Internal, startTime: boot.SwitchedOn + before, name: reached.Stage.Id());
            span?.SetTag("lab.source", reached.Source).SetEndTime((boot.SwitchedOn + reached.Elapsed).UtcDateTime);
            before = reached.Elapsed;
        }

        if (boot.Failure is { } failure)
        {
            using var span = _source.StartActivity(ActivityKind.Internal, startTime: boot.SwitchedOn + before, name: failure.Stage.Id());
            span?.SetStatus(ActivityStatusCode.Error, failure.Cause).SetEndTime((boot.SwitchedOn + elapsed).UtcDateTime);
            trace?.SetStatus(ActivityStatusCode.Error, $"{failure.Stage.Id()}: {failure.Cause}");
        }

        trace?.SetEndTime((boot.SwitchedOn + elapsed).UtcDateTime);
    }
}
