using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Lab.Emulation.Linux;
using Lab.Emulation.Machines;
using Lab.Model;
using Lab.Model.Running;
using Lab.Runtime.State;
using Lab.ServiceDefaults;
using Microsoft.Extensions.Logging;

namespace Lab.Runtime.Telemetry;

/// <summary>
/// Tells an OTLP receiver of the lab, each resource under its own service name: its log, its restarts, and for a node each boot as a
/// trace with a span a stage. The boot server is told of the trace, and puts its answers to that node into it.
/// </summary>
internal sealed partial class LabTelemetry : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ILabResources _lab;
    private readonly IReadOnlyDictionary<string, string?> _variables;
    private readonly BootTraces _traces;
    private readonly Channel<object> _changes = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<string, Told> _told = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _telling;

    /// <summary>Begins to tell.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="folder">Its files.</param>
    /// <param name="variables">The exporter's settings.</param>
    public LabTelemetry(ILabResources lab, LabFolder folder, IReadOnlyDictionary<string, string?> variables)
    {
        (_lab, _variables, _traces) = (lab, variables, new BootTraces(folder));
        lab.ResourceChanged += Note;
        lab.BootChanged += Note;
        lab.Current.ToList().ForEach(Note);
        _telling = TellAsync();
    }

    /// <summary>Tells what is left, for a bounded time: a receiver that does not answer keeps no lab from ending.</summary>
    public async ValueTask DisposeAsync()
    {
        _lab.ResourceChanged -= Note;
        _lab.BootChanged -= Note;
        _changes.Writer.TryComplete();
        await _telling;
        await _stop.CancelAsync();
        await Task.WhenAll(_told.Values.Select(told => told.Reading));
        await _traces.DisposeAsync();
        await Task.WhenAny(Task.WhenAll(_told.Values.Select(told => Task.Run(told.Telemetry.Dispose))), Task.Delay(Patience));
        _stop.Dispose();
    }

    private void Note(object changed) => _changes.Writer.TryWrite(changed);

    private async Task TellAsync()
    {
        await foreach (var changed in _changes.Reader.ReadAllAsync())
        {
            switch (changed)
            {
                case ResourceSnapshot resource:
                    Tell(Of(resource.Definition.Name), resource);
                    break;
                case BootSnapshot boot:
                    Tell(Of(boot.Node), boot);
                    break;
            }
        }
    }

    private Told Of(string name)
    {
        if (!_told.TryGetValue(name, out var told))
        {
            var telemetry = new ResourceTelemetry(name, _variables);
            _told[name] = told = new Told(telemetry);
            telemetry.Metrics.CreateObservableGauge(
                "lab.resource.healthy",
                () => _lab.Current.FirstOrDefault(now => now.Definition.Name == name)?.State == ResourceState.Healthy ? 1 : 0,
                "{resource}",
                "1 while the resource is healthy."
            );
            told.Reading = ReadLogAsync(name, telemetry.Log);
        }

        return told;
    }

    private void Tell(Told told, ResourceSnapshot now)
    {
        if (now.Restarts > told.Restarts)
        {
            told.Counter.Add(now.Restarts - told.Restarts);
        }

        told.Restarts = now.Restarts;
        if (now.State == told.State)
        {
            return;
        }

        told.State = now.State;
        if (now is { Definition.Name: Lab.Model.Services.Matchbox.Name, State: ResourceState.Healthy })
        {
            // Started anew it has forgotten which boots there are.
            foreach (var boot in _told.Values.Where(one => one is { Mac: not null, Boot: not null }))
            {
                _traces.Tell(boot.Mac!, boot.Boot!.Context);
            }
        }
    }

    private void Tell(Told told, BootSnapshot boot)
    {
        if (told.SwitchedOn != boot.SwitchedOn)
        {
            End(told, boot: null);
            told.SwitchedOn = boot.SwitchedOn;
            told.Mac = boot.Mac?.ToString();
            // A trace of its own, whatever runs at the moment.
            Activity.Current = null;
            told.Boot = told.Telemetry.Traces.StartActivity(ActivityKind.Internal, startTime: boot.SwitchedOn, name: $"boot {boot.Node}");
            Activity.Current = null;
            if (told is { Boot: { } trace, Mac: { } mac })
            {
                _traces.Tell(mac, trace.Context);
            }
        }

        if (boot.EndedAfter is not null)
        {
            End(told, boot);
        }
    }

    /// <param name="told">The node.</param>
    /// <param name="boot">How its boot ended; null where another one has begun before it did.</param>
    private static void End(Told told, BootSnapshot? boot)
    {
        using var trace = told.Boot;
        told.Boot = null;
        if (trace is null || boot is not { EndedAfter: { } elapsed })
        {
            return;
        }

        var outcome =
            boot.IsReady ? "ready"
            : boot.Failure is null ? "off"
            : "failed";
        told.Boots.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("lab.outcome", outcome));
        trace.SetTag("lab.node", boot.Node).SetTag("lab.outcome", outcome);
        var before = TimeSpan.Zero;
        foreach (var reached in boot.Stages.OrderBy(stage => stage.Elapsed))
        {
            told.Stages.Record((reached.Elapsed - before).TotalSeconds, new KeyValuePair<string, object?>("lab.stage", reached.Stage.Id()));
            using var span = Span(told, trace, reached.Stage, boot.SwitchedOn + before, boot.SwitchedOn + reached.Elapsed);
            span?.SetTag("lab.source", reached.Source).SetTag("lab.evidence", VisibleText.Of(reached.Evidence ?? ""));
            before = reached.Elapsed;
        }

        if (boot.Failure is { } failure)
        {
            using var span = Span(told, trace, failure.Stage, boot.SwitchedOn + before, boot.SwitchedOn + elapsed);
            span?.SetStatus(ActivityStatusCode.Error, failure.Cause);
            trace.SetStatus(ActivityStatusCode.Error, $"{failure.Stage.Id()}: {failure.Cause}");
        }

        trace.SetEndTime((boot.SwitchedOn + elapsed).UtcDateTime);
    }

    private static Activity? Span(Told told, Activity trace, BootStage stage, DateTimeOffset from, DateTimeOffset to)
    {
        var span = told.Telemetry.Traces.StartActivity(ActivityKind.Internal, trace.Context, startTime: from, name: stage.Id());
        span?.SetEndTime(to.UtcDateTime);
        return span;
    }

    private async Task ReadLogAsync(string name, ILogger log)
    {
        try
        {
            await foreach (var line in _lab.ReadLogAsync(name, follow: true, _stop.Token))
            {
                LogLineOf(log, VisibleText.Of(line.Text));
            }
        }
        catch (OperationCanceledException)
        {
            // The lab ends.
        }
    }

    [LoggerMessage(LogLevel.Information, "{Line}")]
    private static partial void LogLineOf(ILogger log, string line);

    /// <summary>What was told of a resource.</summary>
    private sealed class Told(ResourceTelemetry telemetry)
    {
        public ResourceTelemetry Telemetry => telemetry;

        public Counter<long> Counter { get; } =
            telemetry.Metrics.CreateCounter<long>("lab.resource.restarts", "{restart}", "Starts of a resource after its first.");

        public Histogram<double> Boots { get; } =
            telemetry.Metrics.CreateHistogram<double>("lab.boot.duration", "s", "From switching a node on until it was ready, failed or went off.");

        public Histogram<double> Stages { get; } =
            telemetry.Metrics.CreateHistogram<double>("lab.boot.stage.duration", "s", "From the stage before to this one.");

        public Task Reading { get; set; } = Task.CompletedTask;

        public int Restarts { get; set; }

        public ResourceState State { get; set; }

        public DateTimeOffset SwitchedOn { get; set; }

        public string? Mac { get; set; }

        public Activity? Boot { get; set; }
    }
}
