using Lab.Emulation.Linux;
using Lab.Model.Definition;
using Lab.Model.Services;
using Lab.Runtime.State;

namespace Lab.Runtime.Cluster;

/// <summary>The making of a cluster: its files before the nodes boot, the cluster when they are ready.</summary>
/// <param name="Plan">What it is to be.</param>
/// <param name="Talosctl">The program.</param>
/// <param name="Times">How long the cluster may take.</param>
public sealed record ClusterRun(ClusterPlan Plan, Talosctl Talosctl, ClusterTimes Times)
{
    /// <summary>Makes the files, so that what is wrong with them is known before a node has booted.</summary>
    /// <exception cref="Lab.Model.LabException">Something is.</exception>
    public Task<ClusterFiles> PrepareAsync(
        LabDefinition lab,
        LabFolder folder,
        IReadOnlyDictionary<string, string> sent,
        CancellationToken cancellationToken
    ) => ClusterFiles.MakeAsync(lab, Plan, folder, Talosctl, sent, cancellationToken);

    /// <summary>Makes the cluster.</summary>
    /// <returns>True when it is there.</returns>
    public Task<bool> RunAsync(ClusterFiles files, Action<LabEvent> notify, CancellationToken cancellationToken) =>
        new ClusterUp(Plan, new ClusterNodes(Talosctl, files), notify, Times, TimeProvider.System).RunAsync(cancellationToken);
}
