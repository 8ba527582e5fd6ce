using Lab.Emulation.Machines;
using Lab.Model.Running;

namespace Lab.Runtime.State;

/// <summary>How events change what a lab tells other programs.</summary>
internal static class LabStatusEvents
{
    /// <summary>Takes an event in.</summary>
    public static void Add(this LabStatus status, LabEvent happened)
    {
        switch (happened)
        {
            case LabEvent.Service service:
                status.Services[service.Name] = new LabStatus.ServiceStatus(service.State, service.Address, service.Url)
                {
                    Since = service.Since,
                    Restarts = service.Restarts,
                };
                break;
            case LabEvent.Serving serving:
                (status.Dashboard, status.ResourceService) = (
                    serving.Dashboard is { } link ? new Uri(link).GetLeftPart(UriPartial.Authority) : null,
                    serving.ResourceService
                );
                break;
            case LabEvent.NodeStarted started:
                status.Nodes[started.Node] = "started";
                status.Boots[started.Node] = [];
                status.Failures?.Remove(started.Node);
                if (started.Api is { } api)
                {
                    status.Apis[started.Node] = api;
                }

                if (started.Machine is { } machine)
                {
                    (status.Machines ??= [])[started.Node] = machine;
                }

                if (started.Ports is { } ports)
                {
                    (status.Ports ??= [])[started.Node] = new(ports.ToDictionary());
                }

                break;
            case LabEvent.Milestone milestone:
                status.Nodes[milestone.Node] = BootStages.Id(milestone.Stage);
                (status.Boots.TryGetValue(milestone.Node, out var known) ? known : status.Boots[milestone.Node] = [])[status.Nodes[milestone.Node]] =
                    new LabStatus.StageStatus(Math.Round(milestone.Elapsed.TotalSeconds, 3), milestone.Source, milestone.Evidence);
                if (milestone.Stage == BootStage.Ready)
                {
                    status.Failures?.Remove(milestone.Node);
                }

                break;
            case LabEvent.NodeOff off:
                status.Nodes[off.Node] = "off";
                if (status.Machines?.GetValueOrDefault(off.Node) is { } went)
                {
                    status.Machines[off.Node] = went with { Since = null };
                }

                break;
            case LabEvent.MachineSeen seen:
                (status.Seen ??= [])[$"{seen.Mac}"] = seen.Client;
                break;
            case LabEvent.Installed installed:
                (status.Installed ??= [])[installed.Node] = new LabStatus.InstalledStatus(installed.Evidence, installed.Reinstall);
                break;
            case LabEvent.NotInstalled taken:
                status.Installed?.Remove(taken.Node);
                break;
            case LabEvent.ClusterStarted started:
                status.Cluster = new(
                    started.Nodes.ToDictionary(node => node.Key, node => new LabStatus.ClusterNodeStatus([.. node.Value.Select(ClusterStages.Id)], [], null))
                );
                break;
            case LabEvent.ClusterMilestone milestone when status.Cluster?.TryGetValue(milestone.Node, out var node) == true:
                node.Stages[milestone.Stage.Id()] = new(Math.Round(milestone.Elapsed.TotalSeconds, 3), milestone.Source, milestone.Evidence);
                status.Cluster[milestone.Node] = node with { Failure = null };
                break;
            case LabEvent.ClusterFailed failed when status.Cluster?.TryGetValue(failed.Node, out var node) == true:
                status.Cluster[failed.Node] = node with { Failure = KeptClusters.Keep(failed) };
                break;
            case LabEvent.NodeFailed failed:
                status.Nodes[failed.Node] = StateWords.NotReady(failed.Diagnosis.WentOn, BootStages.Id(failed.Diagnosis.Stage));
                (status.Failures ??= [])[failed.Node] = new LabStatus.FailureStatus(
                    BootStages.Id(failed.Diagnosis.Stage),
                    Math.Round(failed.Elapsed.TotalSeconds, 3),
                    failed.Diagnosis.Cause,
                    failed.Diagnosis.Evidence
                )
                {
                    Remedy = failed.Diagnosis.Remedy,
                    Setting = failed.Diagnosis.Reason.Setting,
                    WentOn = failed.Diagnosis.WentOn,
                };
                break;
        }
    }
}
