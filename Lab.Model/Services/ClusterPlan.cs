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

    /// <summary>Where its nodes are.</summary>
    public ClusterPlace Place { get; init; }

    /// <summary>Where the Kubernetes API answers.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The address that its control planes share; null for none.</summary>
    public IPAddress? Vip { get; init; }

    /// <summary>Who tells its nodes the time.</summary>
    public required IPAddress TimeServer { get; init; }

    /// <summary>The subnets that its nodes are in.</summary>
    public required IReadOnlyList<IPNetwork> Subnets { get; init; }

    /// <summary>What <c>talosctl validate</c> calls the machines: those that start from an image of their cloud are installed already.</summary>
    public string ValidationMode { get; init; } = "metal";

    /// <summary>What is otherwise than the definition says, since the place cannot have it.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

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

    /// <summary>How a verb of <c>cluster</c> is run for it, for messages that name a command to copy.</summary>
    /// <param name="arguments">The verb and what follows it.</param>
    public string CommandLine(string arguments) =>
        Place switch
        {
            ClusterPlace.Home => LabCommand.Line($"cluster {arguments}"),
            ClusterPlace.Aws => DeployCommand.Line($"cluster {arguments} --target aws"),
            _ => DeployCommand.Line($"cluster {arguments}"),
        };

    /// <summary>The plan of a lab whose nodes are at home, real or rehearsed.</summary>
    /// <exception cref="LabException">It has no cluster.</exception>
    public static ClusterPlan Of(LabDefinition lab)
    {
        var cluster = ClusterOf(lab);
        var nodes = lab.Nodes.Select(node => Node(cluster, node, node.Address, OfHome(cluster, lab.MachineOf(node)))).ToList();
        return new()
        {
            Name = cluster.Name ?? lab.Name,
            Endpoint = cluster.Endpoint ?? Url(cluster.Vip ?? FirstControlPlane(nodes).Address),
            Vip = cluster.Vip,
            TimeServer = lab.Bastion.Address,
            Subnets = [lab.Network.PrivateSubnet],
            Definition = cluster,
            Nodes = nodes,
        };
    }

    /// <summary>
    /// The plan of the same cluster on AWS: with the addresses that the launch gives to its nodes, the disks that they have there, and
    /// Amazon's time. A VPC carries no address that nobody has in it, so the control planes share none.
    /// </summary>
    /// <param name="lab">The lab.</param>
    /// <param name="place">AWS, or the emulator of it.</param>
    /// <exception cref="LabException">It has no cluster, or launches another Talos.</exception>
    public static ClusterPlan OnAws(LabDefinition lab, ClusterPlace place)
    {
        var cluster = ClusterOf(lab);
        DemandSameRelease(lab, cluster);
        var launches = lab.Nodes.Select(node => (Node: node, lab.MachineOf(node).Launch)).ToList();
        var nodes = launches.Select(each => Node(cluster, each.Node, each.Launch.PrivateAddress!, OfAws(lab, cluster, each.Launch))).ToList();
        var first = FirstControlPlane(nodes);
        var isThere = cluster.Endpoint is { } named && nodes.Exists(node => node.IsControlPlane && node.Address.ToString() == named.Host);
        return new()
        {
            Name = cluster.Name ?? lab.Name,
            Place = place,
            Endpoint = isThere ? cluster.Endpoint! : Url(first.Address),
            TimeServer = DhcpOptionsDefinition.AmazonTime,
            Subnets = [.. launches.Select(each => lab.PrivateSubnetOf(each.Launch.Zone)).OfType<IPNetwork>().Distinct()],
            ValidationMode = lab.Launch.Boot == LaunchBoot.Ami ? "cloud" : "metal",
            Remarks =
                (cluster.Vip?.ToString() ?? cluster.Endpoint?.Host) is { } asked && !isThere
                    ?
                    [
                        $"{asked} is the cluster's address at home. In a VPC no machines share an address, so its Kubernetes API is at {first.Name}, {first.Address}: while that node is off, kubectl does not reach the cluster.",
                    ]
                    : [],
            Definition = cluster,
            Nodes = nodes,
        };
    }

    /// <summary>The image that starts a node on AWS, and the configuration that it gets there, must be of one release.</summary>
    private static void DemandSameRelease(LabDefinition lab, ClusterDefinition cluster)
    {
        if (
            lab.Launch is { Boot: LaunchBoot.Ami, Talos: { } launched }
            && cluster.Talos.Text != launched
            && !cluster.Talos.Text.StartsWith($"{launched}.", StringComparison.Ordinal)
        )
        {
            throw new LabException(
                $"launch.talos is {launched} and cluster.talos {cluster.Talos}: the nodes would start one release and get the configuration of another. Use the same in both."
            );
        }
    }

    private static ClusterDefinition ClusterOf(LabDefinition lab) =>
        lab.Cluster
        ?? throw new LabException($"Lab {lab.Name} has no cluster. Say which with cluster: in lab.yaml, for example: cluster: {{ talos: v1.12.3 }}");

    private static ClusterNode FirstControlPlane(IEnumerable<ClusterNode> nodes) => nodes.First(node => node.IsControlPlane);

    private static ClusterNode Node(ClusterDefinition cluster, NodeDefinition node, IPAddress address, (string Disk, string Image) install) =>
        new()
        {
            Definition = node,
            Address = address,
            IsControlPlane = node.Role == NodeMachine.ControlPlane,
            InstallDisk = install.Disk,
            InstallImage = install.Image,
            Patches =
            [
                .. cluster.Patches.Where(patch => (patch.Role ?? node.Role) == node.Role && (patch.Node ?? node.Name) == node.Name).Select(patch => patch.File),
            ],
        };

    private static (string Disk, string Image) OfHome(ClusterDefinition cluster, NodeMachine machine) =>
        (machine.Devices[0], NamedInstallImage(cluster, machine) ?? Installer(cluster));

    /// <summary>What a node boots from the bastion is what it installs, where nothing else is said of it or of all.</summary>
    private static (string Disk, string Image) OfAws(LabDefinition lab, ClusterDefinition cluster, NodeLaunch launch) =>
        (
            InstanceTypes.DiskOf(launch.InstanceType),
            launch.Image != lab.Boot.Image ? launch.Image : cluster.Installer ?? (lab.Launch.Boot == LaunchBoot.Ipxe ? lab.Boot.Image : Installer(cluster))
        );

    private static string Installer(ClusterDefinition cluster) => cluster.Cozystack ? $"{CozystackInstaller}:{cluster.Talos}" : PlainInstaller(cluster.Talos);

    /// <summary>The image of the lab file that installs a machine; null where it names none. One that booted an image of a registry installs that.</summary>
    internal static string? NamedInstallImage(ClusterDefinition cluster, NodeMachine machine) =>
        machine.Image?.From is { IsFolder: false, Text: var name } && name.Contains('/') ? name : cluster.Installer;

    private static string PlainInstaller(TalosVersion talos) =>
        talos.HasKubernetesDocuments ? $"factory.talos.dev/metal-installer/{PlainSchematic}:{talos}" : $"ghcr.io/siderolabs/installer:{talos}";

    /// <summary>A name without a host is Docker Hub's.</summary>
    private static string RegistryOf(string image) => image.Split('/')[0] is var first && first.AsSpan().ContainsAny('.', ':') ? first : "docker.io";

    private static Uri Url(IPAddress address) => new($"https://{address}:{KubernetesPort}");
}

/// <summary>Where the nodes of a cluster are.</summary>
public enum ClusterPlace
{
    /// <summary>At home: real machines, or rehearsed ones.</summary>
    Home,

    /// <summary>On AWS.</summary>
    Aws,

    /// <summary>On an emulator of AWS: the lab that rehearses a VPC.</summary>
    Emulator,
}

/// <summary>A node of a cluster.</summary>
public sealed record ClusterNode
{
    /// <summary>The node of the lab.</summary>
    public required NodeDefinition Definition { get; init; }

    /// <summary>Its name.</summary>
    public string Name => Definition.Name;

    /// <summary>Where its API answers.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>True for role <c>controlplane</c>; every other role is a worker to Talos.</summary>
    public required bool IsControlPlane { get; init; }

    /// <summary>The disk that it is installed to: <c>/dev/vda</c>.</summary>
    public required string InstallDisk { get; init; }

    /// <summary>The image that installs it.</summary>
    public required string InstallImage { get; init; }

    /// <summary>Files with patches of the user's, in their order.</summary>
    public required IReadOnlyList<string> Patches { get; init; }
}
