using System.Text.Json;
using System.Text.Json.Serialization;
using Lab.Emulation.Machines;
using Lab.Runtime.State;

namespace Lab.Runtime.Reports;

/// <summary>One JSON object a line, for programs. Seconds have three decimals.</summary>
public sealed class JsonView(TextWriter output) : ILabView
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <inheritdoc />
    public async ValueTask ShowAsync(LabEvent happened)
    {
        await output.WriteLineAsync(JsonSerializer.Serialize(Shape(happened), Options));
        await output.FlushAsync();
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static object Shape(LabEvent happened) =>
        happened switch
        {
            LabEvent.Message message => new { Event = "message", message.Text },
            LabEvent.Error error => new { Event = "error", error.Text },
            LabEvent.Serving serving => new
            {
                Event = "serving",
                serving.Dashboard,
                serving.ResourceService,
            },
            LabEvent.Service service => new
            {
                Event = "service",
                service.Name,
                State = service.State.ToString(),
                service.Detail,
                service.Address,
                service.Url,
                Seconds = Seconds(service.Elapsed),
            },
            LabEvent.NodeStarted started => new
            {
                Event = "started",
                started.Node,
                started.Api,
                started.Ports,
            },
            LabEvent.Milestone milestone => new
            {
                Event = "milestone",
                milestone.Node,
                Stage = milestone.Stage.Id(),
                Seconds = Seconds(milestone.Elapsed),
                milestone.Source,
            },
            LabEvent.NodeFailed failed => new
            {
                Event = "failure",
                failed.Node,
                Stage = failed.Diagnosis.Stage.Id(),
                Seconds = Seconds(failed.Elapsed),
                failed.Diagnosis.Cause,
                failed.Diagnosis.Remedy,
                failed.Diagnosis.Evidence,
            },
            LabEvent.NodeReset reset => new
            {
                Event = "reset",
                reset.Node,
                Seconds = Seconds(reset.Elapsed),
            },
            LabEvent.KernelStarted kexec => new
            {
                Event = "kexec",
                kexec.Node,
                Seconds = Seconds(kexec.Elapsed),
            },
            LabEvent.NodeOff off => new
            {
                Event = "off",
                off.Node,
                off.End.ExitCode,
                off.End.Reason,
                Seconds = Seconds(off.Elapsed),
            },
            LabEvent.MachineSeen seen => new
            {
                Event = "seen",
                Mac = seen.Mac.ToString(),
                seen.Client,
                seen.Entry,
            },
            LabEvent.Installed installed => new
            {
                Event = "installed",
                installed.Node,
                installed.Evidence,
                installed.Reinstall,
            },
            LabEvent.NotInstalled taken => new { Event = "not-installed", taken.Node },
            LabEvent.Summary summary => new
            {
                Event = "summary",
                Ready = summary.Nodes.Count(node => node.Ready),
                Failed = summary.Nodes.Count(node => !node.Ready),
                Seconds = Seconds(summary.Elapsed),
                Nodes = summary.Nodes.Select(node => new
                {
                    node.Name,
                    node.Ready,
                    Stages = node.Stages.OrderBy(stage => stage.Key).ToDictionary(stage => stage.Key.Id(), stage => Seconds(stage.Value)),
                }),
            },
            LabEvent.ClusterStarted started => new
            {
                Event = "cluster-started",
                started.Name,
                Nodes = started.Nodes.ToDictionary(node => node.Key, node => node.Value.Select(stage => stage.Id())),
            },
            LabEvent.ClusterMilestone reached => new
            {
                Event = "cluster-milestone",
                reached.Node,
                Stage = reached.Stage.Id(),
                Seconds = Seconds(reached.Elapsed),
                reached.Source,
                reached.Evidence,
            },
            LabEvent.ClusterFailed failed => new
            {
                Event = "cluster-failure",
                failed.Node,
                Stage = failed.Stage.Id(),
                Seconds = Seconds(failed.Elapsed),
                failed.Reason.Cause,
                failed.Reason.Remedy,
                failed.Evidence,
            },
            LabEvent.ClusterSummary summary => new
            {
                Event = "cluster-summary",
                summary.Name,
                summary.IsUp,
                Seconds = Seconds(summary.Elapsed),
                Nodes = summary.Nodes.Select(node => new
                {
                    node.Name,
                    node.IsDone,
                    Stages = node.Stages.ToDictionary(stage => stage.Key.Id(), stage => Seconds(stage.Value)),
                }),
            },
            _ => throw new NotSupportedException($"{happened.GetType().Name} has no JSON form."),
        };

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
