using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net;
using Lab.Model.Services;

namespace Lab.Model.Definition;

/// <summary>
/// What a lab is: the content of <c>lab.yaml</c>. Every value has the specification's default, so a missing file, or one that says
/// only what differs, is complete. Those that are read from a lab file obey its rules.
/// </summary>
[Description("A network-boot lab: rehearsed on this machine by lab, deployed to AWS by lab-deploy.")]
public sealed record LabDefinition
{
    /// <summary>Name of the lab: lower-case letters, digits and hyphens, at most 30 characters. Several labs run at once under different names.</summary>
    [Description("Name of the lab: lower-case letters, digits and hyphens. Labs with different names run side by side.")]
    [RegularExpression(TextForms.Name)]
    public string Name { get; init; } = "lab";

    /// <summary>AWS region of the deployment.</summary>
    [Description("AWS region of the deployment.")]
    [RegularExpression(TextForms.Region)]
    public string Region { get; init; } = "eu-west-1";

    /// <summary>Availability zone of both subnets; it lies in <see cref="Region"/>.</summary>
    [Description("Availability zone of both subnets, in the region.")]
    [RegularExpression(TextForms.Zone)]
    public string Zone { get; init; } = "eu-west-1a";

    [Description("The VPC and its subnets; the private one is also the network of the local lab.")]
    public NetworkDefinition Network { get; init; } = new();

    [Description("The machine that serves a home, which is the bastion on AWS.")]
    public ServerDefinition Server { get; init; } = new();

    [Description("The bastion: the machine that serves DHCP, TFTP, HTTP boot, DNS and the registry caches.")]
    public BastionDefinition Bastion { get; init; } = new();

    [Description("The address range that is leased to machines without an entry under nodes.")]
    public DhcpDefinition Dhcp { get; init; } = new();

    [Description("The lab's name server on the bastion, in the role of Pi-hole.")]
    public DnsDefinition Dns { get; init; } = new();

    [Description("Registries whose images are pulled through a cache on the bastion.")]
    public IReadOnlyList<MirrorDefinition> Mirrors { get; init; } = MirrorDefinition.Specified;

    [Description("What the caches have in common.")]
    public CacheDefinition Caches { get; init; } = new();

    [Description("How the services run on this machine: auto (a container where a Docker engine has the image, else a process), native or container.")]
    public ServiceMode Services { get; init; } = ServiceMode.Auto;

    [Description("The container images of the services.")]
    public ImagesDefinition Images { get; init; } = new();

    [Description("How a node is launched on AWS.")]
    public LaunchDefinition Launch { get; init; } = new();

    [Description("Who may reach the bastion from outside.")]
    public AccessDefinition Access { get; init; } = new();

    [Description("What the deployment may cost.")]
    public BudgetDefinition Budget { get; init; } = new();

    [Description("What the AWS account pays nothing for: legacy-free-tier, credits or none.")]
    public AccountKind Account { get; init; } = AccountKind.LegacyFreeTier;

    [Description("What the nodes boot.")]
    public BootDefinition Boot { get; init; } = new();

    [Description("An operating system of yours that the nodes boot on this machine, instead of the stand-in or a Talos.")]
    public ImageDefinition? Image { get; init; }

    [Description("What the machines of all nodes are and boot, unless their role or they themselves say otherwise.")]
    public MachineDefinition Machine { get; init; } = new();

    [Description("What the nodes of a role have in common, by the role's name: controlplane, worker or one of yours.")]
    public IReadOnlyDictionary<string, RoleDefinition> Roles { get; init; } = new Dictionary<string, RoleDefinition>();

    [Description("The machines that boot from the network.")]
    public IReadOnlyList<NodeDefinition> Nodes { get; init; } = [NodeDefinition.First];

    [Description("The cluster that the nodes form, made by lab up and lab cluster up with talosctl.")]
    public ClusterDefinition? Cluster { get; init; }

    /// <summary>What is known of the images' digests; null without a lock file. No part of <c>lab.yaml</c>.</summary>
    internal ImageLock? Lock { get; private init; }

    /// <summary>What nodes boot on AWS, each once; that of further nodes first.</summary>
    internal IReadOnlyList<string> BootImages => [.. Nodes.Select(node => MachineOf(node).Launch.Image).Prepend(Boot.Image).Distinct()];

    /// <summary>The images that a deployment pulls, each once.</summary>
    internal IReadOnlyList<string> PulledImages =>
        [.. new[] { Images.Matchbox, Images.Dnsmasq, Images.Registry, Images.PiHole }.Concat(BootImages).Append(ContainerImages.ComposePlugin).Distinct()];

    /// <summary>Those of them that are pulled by a tag.</summary>
    internal IReadOnlyList<string> UnpinnedImages => [.. PulledImages.Where(image => !image.Contains('@') && Lock?.Find(image) is null)];

    /// <summary>What the lock file names and nothing pulls.</summary>
    internal IReadOnlyList<string> UnusedPins => [.. Lock?.Images.Select(image => image.Name).Except(PulledImages) ?? []];

    /// <summary>The definition with what a lock file says.</summary>
    public LabDefinition With(ImageLock? images) => this with { Lock = images };

    /// <summary>The name to pull an image by: with its digest, where the lock file has it.</summary>
    public string Pinned(string image) => Lock?.Find(image) is { } locked ? $"{image}@{locked.Digest}" : image;

    /// <summary>What all nodes boot on this machine that name nothing else; null for the stand-in.</summary>
    public ImageDefinition? ImageOfAll() => Machine.Image ?? Image;

    /// <summary>Kernel arguments of all nodes that have no others, beside those of the image.</summary>
    public IReadOnlyList<string> ArgumentsOfAll() => [.. Boot.Arguments, .. Machine.Arguments ?? []];

    /// <summary>The private subnets on AWS, that of the lab's zone first.</summary>
    public IEnumerable<IPNetwork> PrivateSubnets => Network.Zones.Select(zone => zone.PrivateSubnet).Prepend(Network.PrivateSubnet);

    /// <summary>The private subnet of an availability zone on AWS; null where the lab has none there.</summary>
    public IPNetwork? PrivateSubnetOf(string zone) =>
        zone == Zone ? Network.PrivateSubnet : Network.Zones.FirstOrDefault(further => further.Zone == zone)?.PrivateSubnet;

    /// <summary>The node of that name; null where the definition has none.</summary>
    public NodeDefinition? FindNode(string? name) => Nodes.FirstOrDefault(node => node.Name == name);

    /// <summary>The machine of a node, with all that is said of it anywhere.</summary>
    public NodeMachine MachineOf(NodeDefinition node) => NodeMachine.Of(this, node);

    /// <summary>The definition with another image, or none, wherever it names one.</summary>
    /// <param name="change">Gives the image that takes an image's place.</param>
    public LabDefinition WithImages(Func<ImageDefinition, ImageDefinition?> change)
    {
        T In<T>(T machine)
            where T : MachineDefinition => machine.Image is { } image ? machine with { Image = change(image) } : machine;
        return this with
        {
            Image = Image is { } all ? change(all) : null,
            Machine = In(Machine),
            Roles = Roles.ToDictionary(role => role.Key, role => In(role.Value)),
            Nodes = [.. Nodes.Select(In)],
        };
    }
}
