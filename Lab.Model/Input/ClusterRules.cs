using System.Net;
using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Model.Input;

/// <summary>What must hold of a cluster for it to come up.</summary>
internal static class ClusterRules
{
    /// <summary>The oldest minor version whose mirrors know <c>skipFallback</c>, without which nodes ask registries that they cannot reach.</summary>
    private const int OldestMinor = 9;

    /// <summary>First minor version whose documents of Kubernetes' settings contradict what CozyStack asks for in the old style.</summary>
    private const int CozystackUnknownMinor = 14;

    private const string CozystackKey = "cluster.cozystack",
        Vip = "cluster.vip",
        Endpoint = "cluster.endpoint",
        Talos = "cluster.talos";

    public static IEnumerable<DefinitionFinding> Check(LabDefinition lab) =>
        lab.Cluster is { } cluster
            ? [.. Identity(lab, cluster), .. Address(lab, cluster), .. Nodes(lab, cluster), .. Patches(lab, cluster), .. Cozystack(lab, cluster)]
            : [];

    private static IEnumerable<DefinitionFinding> Identity(LabDefinition lab, ClusterDefinition cluster)
    {
        if (cluster.Name is { } name && !DefinitionRules.IsName(name))
        {
            yield return new("cluster.name", DefinitionRules.NameMessage(name));
        }

        if (cluster.Talos.Minor < OldestMinor)
        {
            yield return new(Talos, $"{cluster.Talos} cannot be told to pull through the lab's caches only; expected v1.{OldestMinor}.0 or later");
        }

        if (lab.Nodes.All(node => node.Role != NodeMachine.ControlPlane))
        {
            yield return new("cluster", $"a cluster needs a node of role {NodeMachine.ControlPlane}, and none has it") { Against = ["nodes"] };
        }

        if (cluster.Installer is { } installer && !DefinitionRules.IsImage(installer))
        {
            yield return new("cluster.installer", $"'{VisibleText.Of(installer)}' is not the name of a container image");
        }
    }

    private static IEnumerable<DefinitionFinding> Address(LabDefinition lab, ClusterDefinition cluster)
    {
        if (cluster is { Endpoint: not null, Vip: not null })
        {
            yield return new(Endpoint, "vip is an endpoint already; leave out either") { Against = [Vip] };
        }

        if (cluster.Endpoint is { } endpoint && EndpointMessage(endpoint) is { } wrong)
        {
            yield return new(Endpoint, wrong);
        }

        if (cluster.Vip is { } vip)
        {
            if (DefinitionRules.Host(lab, vip) is { } message)
            {
                yield return new(Vip, message) { Against = ["network.privateSubnet"] };
            }
            else if (lab.Dhcp.Leases(vip))
            {
                yield return new(Vip, $"{vip} lies in the DHCP range {lab.Dhcp.First} to {lab.Dhcp.Last}, from which another machine may get it")
                {
                    Against = ["dhcp.first", "dhcp.last"],
                };
            }

            var taken = lab.Nodes.Index().ToDictionary(node => $"nodes[{node.Index}].address", node => node.Item.Address);
            taken["bastion.address"] = lab.Bastion.Address;
            if (taken.FirstOrDefault(other => other.Value.Equals(vip)) is { Key: { } other })
            {
                yield return new(Vip, $"address {vip} is taken already, by {other}; the control planes need one of its own") { Against = [other] };
            }
        }
    }

    private static string? EndpointMessage(Uri endpoint) =>
        endpoint.Scheme != Uri.UriSchemeHttps ? $"the Kubernetes API speaks https, found {endpoint.Scheme}"
        : endpoint.PathAndQuery != "/" ? $"the Kubernetes API has no path, found {endpoint.PathAndQuery}"
        : endpoint.IsDefaultPort ? $"the port is missing; the Kubernetes API's is usually 6443: https://{endpoint.Host}:6443"
        : endpoint.HostNameType == UriHostNameType.IPv6
            ? "an IPv6 endpoint needs pods and services on IPv6, which Lab does not set up; use an IPv4 address or a name"
        : endpoint.IsLoopback || endpoint.Host == IPAddress.Any.ToString() ? $"{endpoint.Host} is each node itself; use the address of a control plane, or vip"
        : null;

    private static IEnumerable<DefinitionFinding> Nodes(LabDefinition lab, ClusterDefinition cluster)
    {
        foreach (var (index, node) in lab.Nodes.Index())
        {
            var machine = lab.MachineOf(node);
            if (machine.Disks.Count == 0)
            {
                yield return new($"nodes[{index}]", $"{node.Name} has no disk, and a node of a cluster is installed to its first one; give it disks")
                {
                    Against = ["cluster", "machine.disks"],
                };
            }

            if (machine.Image?.From?.Text is { } image && TalosVersion.TryParse(image) is { } booted && booted != cluster.Talos)
            {
                yield return new(Talos, $"{node.Name} boots Talos {booted}, and its configuration would be one for {cluster.Talos}; use the same release")
                {
                    Against = ["image", $"nodes[{index}].image"],
                };
            }
        }
    }

    private static IEnumerable<DefinitionFinding> Cozystack(LabDefinition lab, ClusterDefinition cluster)
    {
        if (!cluster.Cozystack)
        {
            yield break;
        }

        if (cluster.Cni == ClusterNetworkPlugin.Flannel)
        {
            yield return new("cluster.cni", "CozyStack brings its own network; leave out cni") { Against = [CozystackKey] };
        }

        if (cluster.Talos.Minor >= CozystackUnknownMinor)
        {
            yield return new(Talos, $"what CozyStack asks of Talos from v1.{CozystackUnknownMinor} on is not known to Lab; expected an earlier release")
            {
                Against = [CozystackKey],
            };
        }

        foreach (var (index, node) in lab.Nodes.Index())
        {
            var machine = lab.MachineOf(node);
            if (machine.Architecture != Architecture.Amd64 && ClusterPlan.NamedInstallImage(cluster, machine) is null)
            {
                yield return new(
                    $"nodes[{index}]",
                    $"CozyStack publishes its Talos for amd64 only, and {node.Name} is {machine.Architecture.Id()}; name an image with DRBD and ZFS, as installer of the cluster or as image of the node"
                )
                {
                    Against = ["cluster.installer", CozystackKey],
                };
            }
        }
    }

    private static IEnumerable<DefinitionFinding> Patches(LabDefinition lab, ClusterDefinition cluster)
    {
        foreach (var (index, patch) in cluster.Patches.Index())
        {
            var place = $"cluster.patches[{index}]";
            if (patch is { Role: not null, Node: not null })
            {
                yield return new($"{place}.node", "a patch is for a role or for a node; leave out either") { Against = [$"{place}.role"] };
            }
            else if (patch.Node is { } node && lab.Nodes.All(known => known.Name != node))
            {
                yield return new(
                    $"{place}.node",
                    $"there is no node '{VisibleText.Of(node)}'; allowed: {string.Join(", ", lab.Nodes.Select(known => known.Name))}"
                );
            }
            else if (patch.Role is { } role && lab.Nodes.All(known => known.Role != role))
            {
                yield return new(
                    $"{place}.role",
                    $"no node has the role '{VisibleText.Of(role)}'; allowed: {string.Join(", ", lab.Nodes.Select(known => known.Role).Distinct())}"
                );
            }
        }
    }
}
