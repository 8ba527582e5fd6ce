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

    /// <summary>CozyStack's own image of a release of Talos, which has DRBD and ZFS. It is published for amd64 only.</summary>
    internal const string CozystackInstaller = "ghcr.io/cozystack/cozystack/talos";

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

    /// <summary>The registries that its nodes pull from before anything is installed in the cluster, with what each gives.</summary>
    public IReadOnlyDictionary<string, string> Registries =>
        Nodes
            .Select(node => (Registry: RegistryOf(node.InstallImage), What: "the installer"))
            .Append((Registry: "ghcr.io", What: "the kubelet"))
            .Append((Registry: "registry.k8s.io", What: "Kubernetes"))
            .Concat(Definition.Talos.HasEtcdOfKubernetes ? [] : [(Registry: "gcr.io", What: "etcd")])
            .DistinctBy(source => source.Registry)
            .ToDictionary(source => source.Registry, source => source.What);

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
            InstallImage = InstallImage(cluster, machine),
            Patches =
            [
                .. cluster.Patches.Where(patch => (patch.Role ?? node.Role) == node.Role && (patch.Node ?? node.Name) == node.Name).Select(patch => patch.File),
            ],
        };
    }

    private static string InstallImage(ClusterDefinition cluster, NodeMachine machine) =>
        NamedInstallImage(cluster, machine) ?? (cluster.Cozystack ? $"{CozystackInstaller}:{cluster.Talos}" : PlainInstaller(cluster.Talos));

    /// <summary>The image of the lab file that installs a machine; null where it names none. One that booted an image of a registry installs that.</summary>
    internal static string? NamedInstallImage(ClusterDefinition cluster, NodeMachine machine) =>
        machine.Image?.From is { IsFolder: false, Text: var name } && name.Contains('/') ? name : cluster.Installer;

    private static string PlainInstaller(TalosVersion talos) =>
        talos.HasKubernetesDocuments ? $"factory.talos.dev/metal-installer/{PlainSchematic}:{talos}" : $"ghcr.io/siderolabs/installer:{talos}";

    /// <summary>A name without a host is Docker Hub's.</summary>
    private static string RegistryOf(string image) => image.Split('/')[0] is var first && first.AsSpan().ContainsAny('.', ':') ? first : "docker.io";

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
