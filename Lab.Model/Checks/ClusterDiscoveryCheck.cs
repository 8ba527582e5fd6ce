using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>Talos's discovery service, which rehearsed nodes cannot ask.</summary>
internal sealed class ClusterDiscoveryCheck()
    : LabCheck(
        "cluster-discovery",
        Severity.Info,
        "network.internet",
        "Nothing, unless you use KubeSpan or talosctl get members. To silence Talos: a patch with cluster.discovery.enabled: false.",
        "https://www.talos.dev/latest/talos-guides/discovery/"
    )
{
    public override bool HoldsAtHome => true;

    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab is { Cluster.Cozystack: false, Network.Internet: HomeInternet.None }
            ? "Talos asks discovery.talos.dev for the members of its cluster, and rehearsed nodes have no route to it."
            : null;
}
