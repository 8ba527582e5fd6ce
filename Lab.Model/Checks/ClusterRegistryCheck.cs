using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Model.Checks;

/// <summary>A registry that the cluster's nodes pull from, without a cache and without a way to it.</summary>
internal sealed class ClusterRegistryCheck()
    : LabCheck(
        "cluster-registry",
        Severity.Warning,
        "mirrors",
        "Add a mirror for it; or name an installer of a registry that has one (cluster.installer); or, for a rehearsal, set network.internet: nat.",
        "https://www.talos.dev/latest/talos-guides/configuration/pull-through-cache/"
    )
{
    public override bool HoldsAtHome => true;

    protected override string? Explain(LabDefinition lab, DateOnly date)
    {
        if (lab.Cluster is null || lab.Network.Internet != HomeInternet.None)
        {
            return null;
        }

        var missing = ClusterPlan
            .Of(lab)
            .Registries.Where(source => !lab.Mirrors.Any(mirror => mirror.Registry == source.Key || mirror.Registry == "*"))
            .Select(source => $"{source.Key} ({source.Value})")
            .ToList();
        return missing.Count == 0
            ? null
            : $"Talos {lab.Cluster.Talos} pulls from {string.Join(", ", missing)}, which no cache of the lab serves, and a rehearsed node has no route to it: the cluster does not come up.";
    }
}
