using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Model.Rendering;

/// <summary>
/// What the lab knows of a node, as a patch of the machine configuration that <c>talosctl gen config</c> makes, in the style of the
/// release. It has no type, which would make a control plane of a worker, and says the host name once: a field of the old style beside
/// the document of the new one is refused by Talos.
/// </summary>
public static class ClusterPatches
{
    /// <summary>Name of the node's first network interface in its configuration; Talos's own names depend on the hardware.</summary>
    private const string Link = "lab0";

    /// <summary>The patches of a node, by a name that says what each is about.</summary>
    public static IReadOnlyList<(string Name, string Text)> Of(LabDefinition lab, ClusterPlan plan, ClusterNode node) =>
        [("lab", OfLab(lab, plan, node)), .. plan.Definition.Cozystack ? new[] { ("cozystack", CozystackPatch.Of(plan, node)) } : []];

    private static string OfLab(LabDefinition lab, ClusterPlan plan, ClusterNode node) =>
        plan.Definition.Talos.HasDocuments ? string.Join("---\n", Documents(lab, plan, node)) : V1Alpha1(lab, plan, node);

    private static string V1Alpha1(LabDefinition lab, ClusterPlan plan, ClusterNode node) =>
        Text([
            "machine:",
            "  network:",
            $"    hostname: {node.Name}",
            .. plan.Vip is { } vip && node.IsControlPlane
                ? new[]
                {
                    "    interfaces:",
                    "      - deviceSelector:",
                    $"          hardwareAddr: \"{node.Definition.Mac}\"",
                    "        dhcp: true",
                    "        vip:",
                    $"          ip: {vip}",
                }
                : [],
            "  time:",
            "    servers:",
            $"      - {plan.TimeServer}",
            .. MirrorPatch.Registries(lab),
            .. Kubelet(plan),
            .. Cluster(plan, node),
        ]);

    private static IEnumerable<string> Documents(LabDefinition lab, ClusterPlan plan, ClusterNode node)
    {
        // gen config writes "auto: stable", which a host name contradicts.
        yield return Document("HostnameConfig", $"hostname: {node.Name}", "auto: \"off\"");
        yield return Document("TimeSyncConfig", "ntp:", "  servers:", $"    - {plan.TimeServer}");
        if (plan.Vip is { } vip && node.IsControlPlane)
        {
            yield return Document("LinkAliasConfig", $"name: {Link}", "selector:", $"  match: mac(link.permanent_addr) == \"{node.Definition.Mac}\"");
            yield return Document("DHCPv4Config", $"name: {Link}");
            yield return Document("Layer2VIPConfig", $"name: {vip}", $"link: {Link}");
        }

        if (lab.Mirrors.Count > 0)
        {
            yield return MirrorPatch.Documents(lab);
        }

        if (plan.Definition.Talos.HasKubernetesDocuments)
        {
            if (SaysAddresses(plan))
            {
                yield return Document("KubeNodeConfig", ["nodeIP:", "  validSubnets:", .. plan.Subnets.Select(subnet => $"    - {subnet}")]);
            }

            if (LacksPlugin(plan) && node.IsControlPlane)
            {
                // gen config writes the document for control planes only.
                yield return Document("KubeFlannelCNIConfig", "$patch: delete");
            }
        }

        string[] old = [.. Kubelet(plan) is { Length: > 0 } kubelet ? ["machine:", .. kubelet] : Array.Empty<string>(), .. Cluster(plan, node)];
        if (old.Length > 0)
        {
            // One document: Talos takes one of the old style.
            yield return Text(old);
        }
    }

    /// <summary>
    /// Whether the lab's patch says which addresses are used. Nodes may have IPv6 too, of a router or a subnet; pods and services are IPv4, and
    /// etcd listens on IPv4 and would announce the first address that a node has. The patch for CozyStack says it already.
    /// </summary>
    private static bool SaysAddresses(ClusterPlan plan) => !plan.Definition.Cozystack;

    /// <summary>The kubelet's address, in the old style; from 1.14 on it is a document.</summary>
    private static string[] Kubelet(ClusterPlan plan) =>
        SaysAddresses(plan) && !plan.Definition.Talos.HasKubernetesDocuments
            ? ["  kubelet:", "    nodeIP:", "      validSubnets:", .. plan.Subnets.Select(subnet => $"        - {subnet}")]
            : [];

    /// <summary>What is said of the cluster in the old style; etcd's addresses have no document yet in 1.14.</summary>
    private static string[] Cluster(ClusterPlan plan, ClusterNode node)
    {
        string[] parts =
        [
            .. LacksPlugin(plan) && !plan.Definition.Talos.HasKubernetesDocuments ? ["  network:", "    cni:", "      name: none"] : Array.Empty<string>(),
            .. SaysAddresses(plan) && node.IsControlPlane
                ? ["  etcd:", "    advertisedSubnets:", .. plan.Subnets.Select(subnet => $"      - {subnet}")]
                : Array.Empty<string>(),
        ];
        return parts.Length == 0 ? [] : ["cluster:", .. parts];
    }

    /// <summary>The patch for CozyStack says it too.</summary>
    private static bool LacksPlugin(ClusterPlan plan) => plan.Definition is { Cni: ClusterNetworkPlugin.None, Cozystack: false };

    private static string Document(string kind, params IEnumerable<string> lines) => Text(["apiVersion: v1alpha1", $"kind: {kind}", .. lines]);

    private static string Text(IEnumerable<string> lines) => string.Join('\n', [.. lines, ""]);
}
