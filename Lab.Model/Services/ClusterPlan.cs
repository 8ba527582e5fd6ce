using System.Net;
using Lab.Model.Definition;

namespace Lab.Model.Services;

/// <summary>What the cluster of a lab is to be, with all that follows from the definition.</summary>
public sealed record ClusterPlan
{
    /// <summary>Port of the Kubernetes API.</summary>
    public const int KubernetesPort = 6443;

    /// <summary>Talos without extensions, at Talos's image factory (https://factory.talos.dev).</summary>
    private const string PlainSchematic = "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba";

    /// <summary>The cluster's name.</summary>
    public required string Name { get; init; }

    /// <summary>Where the Kubernetes API answers.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>What the definition says of it.</summary>
    public required ClusterDefinition Definition { get; init; }

    /// <summary>Its nodes, as the definition has them.</summary>
    public required IReadOnlyList<ClusterNode> Nodes { get; init; }

    /// <summary>The nodes that run etcd and the Kubernetes API. The first of them is bootstrapped.</summary>
    public IReadOnlyList<ClusterNode> ControlPlanes => [.. Nodes.Where(node => node.IsControlPlane)];

    /// <summary>The plan of a lab that has a cluster and control planes.</summary>
    /// <exception cref="LabException">It has no cluster.</exception>
    public static ClusterPlan Of(LabDefinition lab)
    {
        var cluster =
            lab.Cluster
            ?? throw new LabException($"Lab {lab.Name} has no cluster. Say which with cluster: in lab.yaml, for example: cluster: {{ talos: v1.12.3 }}");
        var nodes = lab.Nodes.Select(node => Node(lab, cluster, node)).ToList();
        return new()
        {
            Name = cluster.Name ?? lab.Name,
            Endpoint = cluster.Endpoint ?? Url(cluster.Vip ?? nodes.First(node => node.IsControlPlane).Address),
            Definition = cluster,
            Nodes = nodes,
        };
    }

    private static ClusterNode Node(LabDefinition lab, ClusterDefinition cluster, NodeDefinition node)
    {
        var machine = lab.MachineOf(node);
        return new()
        {
            Definition = node,
            IsControlPlane = node.Role == NodeMachine.ControlPlane,
            InstallDisk = machine.Devices[0],
            InstallImage = InstallImage(cluster, machine.Image),
            Patches =
            [
                .. cluster.Patches.Where(patch => (patch.Role ?? node.Role) == node.Role && (patch.Node ?? node.Name) == node.Name).Select(patch => patch.File),
            ],
        };
    }

    /// <summary>A node installs what it booted, where that is an image of a registry.</summary>
    private static string InstallImage(ClusterDefinition cluster, ImageDefinition? image) =>
        image?.From is { IsFolder: false, Text: var name } && name.Contains('/') ? name
        : cluster.Installer is { } installer ? installer
        : cluster.Talos.HasKubernetesDocuments ? $"factory.talos.dev/metal-installer/{PlainSchematic}:{cluster.Talos}"
        : $"ghcr.io/siderolabs/installer:{cluster.Talos}";

    private static Uri Url(IPAddress address) => new($"https://{address}:{KubernetesPort}");
}

/// <summary>A node of a cluster.</summary>
public sealed record ClusterNode
{
    /// <summary>The node of the lab.</summary>
    public required NodeDefinition Definition { get; init; }

    /// <summary>Its name.</summary>
    public string Name => Definition.Name;

    /// <summary>Where its API answers.</summary>
    public IPAddress Address => Definition.Address;

    /// <summary>True for role <c>controlplane</c>; every other role is a worker to Talos.</summary>
    public required bool IsControlPlane { get; init; }

    /// <summary>The disk that it is installed to: <c>/dev/vda</c>.</summary>
    public required string InstallDisk { get; init; }

    /// <summary>The image that installs it.</summary>
    public required string InstallImage { get; init; }

    /// <summary>Files with patches of the user's, in their order.</summary>
    public required IReadOnlyList<string> Patches { get; init; }
}
