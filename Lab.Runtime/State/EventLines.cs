using System.Globalization;
using Lab.Emulation.Machines;
using Lab.Model;
using Lab.Model.Running;

namespace Lab.Runtime.State;

/// <summary>Events as lines for people: of a terminal, a pipe, a log.</summary>
public static class EventLines
{
    /// <summary>Width of charts where the output is no terminal.</summary>
    private const int Columns = 100;

    /// <summary>An event in words.</summary>
    public static IEnumerable<string> Of(LabEvent happened) =>
        happened switch
        {
            LabEvent.Message message => message.Text.Split('\n'),
            LabEvent.Error error => error.Text.Split('\n'),
            LabEvent.Serving serving => serving.Dashboard is { } link ? [$"Dashboard: {link}"] : [],
            LabEvent.Service { State: ResourceState.Starting or ResourceState.Running } => [],
            LabEvent.Service service =>
            [
                $"{Seconds(service.Elapsed)}  {service.Name} {StateWords.Of(service.State)}{(service.Detail is null ? "" : $" ({service.Detail})")}{(service is { State: ResourceState.Healthy, Url: { } url } ? $"  {url}" : "")}",
            ],
            // What began it was said by KernelStarted.
            LabEvent.NodeStarted { Path: [BootStage.Linux, ..] } => [],
            LabEvent.NodeStarted started =>
            [
                $"{started.Node}: switched on",
                .. started.Ports?.Select(port => $"{started.Node}: its port {port.Key} is {port.Value} on this machine") ?? [],
            ],
            LabEvent.Milestone milestone => [$"{Seconds(milestone.Elapsed)}  {milestone.Node}: {milestone.Stage.Id()} ({milestone.Source})"],
            LabEvent.KernelStarted kexec => [$"{Seconds(kexec.Elapsed)}  {kexec.Node} started another kernel itself (kexec)"],
            LabEvent.NodeReset reset => [$"{Seconds(reset.Elapsed)}  {reset.Node} reset itself and boots again"],
            LabEvent.NodeOff off => [$"{Seconds(off.Elapsed)}  {off.Node} is off: {off.End.Text}"],
            LabEvent.NodeFailed failed => Failure(failed),
            LabEvent.MachineSeen seen =>
            [
                $"Seen: {seen.Mac} ({seen.Client}) asks for network boot. It is not in the lab file, and gets nothing. To serve it: {LabCommand.Line($"adopt {seen.Mac} NAME")}",
            ],
            LabEvent.Installed { Reinstall: true } installed => [$"{installed.Node} boots from the network once, then from its disk again."],
            LabEvent.Installed installed =>
            [
                $"{installed.Node} is installed ({installed.Evidence}): it is left to its disk. To boot it from the network once: {LabCommand.Line($"reinstall {installed.Node}")}",
            ],
            LabEvent.NotInstalled taken => [$"{taken.Node} is not known to be installed any more: it boots from the network."],
            LabEvent.Summary summary => Summary(summary, Columns),
            LabEvent.ClusterStarted => [],
            LabEvent.ClusterMilestone reached => [$"{Seconds(reached.Elapsed)}  {reached.Node}: {reached.Stage.Id()} ({reached.Source}: {reached.Evidence})"],
            LabEvent.ClusterFailed failed =>
            [
                $"{failed.Node} {StateWords.NotReady(wentOn: false, failed.Stage.Id())} after {Seconds(failed.Elapsed).Trim()}.",
                .. Why(failed.Reason, isKnown: false),
                "  Evidence:",
                .. failed.Evidence.DefaultIfEmpty("none").Select(line => $"    {line}"),
            ],
            LabEvent.ClusterSummary summary => Cluster(summary, Columns),
            _ => throw new NotSupportedException($"{happened.GetType().Name} has no text form."),
        };

    /// <summary>Where a node stopped, what was seen, and what to do.</summary>
    public static IEnumerable<string> Failure(LabEvent.NodeFailed failed) =>
        [
            $"{failed.Node} {failed.Diagnosis.Ending} after {Seconds(failed.Elapsed).Trim()}.",
            .. Why(failed.Diagnosis.Reason, failed.Diagnosis.WentOn),
            "  Evidence:",
            .. failed.Diagnosis.Evidence.Select(line => $"    {line}"),
        ];

    private static IEnumerable<string> Why(Reason reason, bool isKnown)
    {
        yield return isKnown ? $"  {reason.Cause}" : $"  Likely cause: {reason.Cause}";
        if (reason.Remedy.Length > 0)
        {
            yield return $"  What to do: {reason.Remedy}";
        }
    }

    /// <summary>Seconds in a column of its own: <c>  4.81 s</c>.</summary>
    public static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds, 6:0.00} s");

    /// <summary>The charts of a cluster's nodes and the result.</summary>
    public static IEnumerable<string> Cluster(LabEvent.ClusterSummary summary, int columns) =>
        [
            .. summary
                .Nodes.Where(node => node.Stages.Count > 0)
                .SelectMany(node =>
                    TextChart
                        .Lines(
                            $"{node.Name}: {(node.IsDone ? "in the cluster" : "not in the cluster")}",
                            [.. node.Stages.Select(stage => (stage.Key.Id(), stage.Value))],
                            columns
                        )
                        .Prepend("")
                ),
            "",
            $"Cluster {summary.Name}: {summary.Nodes.Count(node => node.IsDone)} of {summary.Nodes.Count} nodes after {Seconds(summary.Elapsed).Trim()}.",
        ];

    /// <summary>The charts of all nodes and the result.</summary>
    public static IEnumerable<string> Summary(LabEvent.Summary summary, int columns) =>
        [
            .. summary.Nodes.Where(node => node.Stages.Count > 0).SelectMany(node => TextChart.Lines(node, columns).Prepend("")),
            "",
            $"{ReadyCount.Of(summary.Nodes.Count(node => node.Ready), summary.Nodes.Count)} after {Seconds(summary.Elapsed).Trim()}.",
        ];
}
