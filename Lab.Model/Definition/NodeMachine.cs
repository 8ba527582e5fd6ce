using System.Net;
using Lab.Model.Services;

namespace Lab.Model.Definition;

/// <summary>
/// The machine of a node, with all that the definition says of it: the node itself, else its role, else <c>machine</c>, else the
/// default. Whoever wants to know what a node is asks here.
/// </summary>
public sealed record NodeMachine
{
    /// <summary>The role of nodes that run the cluster, and of nodes that name none.</summary>
    public const string ControlPlane = "controlplane";

    /// <summary>The role of nodes that run what is deployed to it.</summary>
    public const string Worker = "worker";

    /// <summary><see cref="ControlPlane"/>, <see cref="Worker"/> or a role of the definition's own.</summary>
    public required string Role { get; init; }

    /// <summary>Its processor's architecture.</summary>
    public required Architecture Architecture { get; init; }

    /// <summary>How many processors it has.</summary>
    public required int Cpus { get; init; }

    /// <summary>Memory in MiB; null lets the image decide.</summary>
    public required int? MemoryMib { get; init; }

    /// <summary>Its disks, the one that it boots from first.</summary>
    public required IReadOnlyList<DiskDefinition> Disks { get; init; }

    /// <summary>What Linux calls its disks, in their order: <c>/dev/vda</c>, <c>/dev/nvme0n1</c>, <c>/dev/sda</c> by their bus.</summary>
    public IReadOnlyList<string> Devices
    {
        get
        {
            var (virtio, nvme, scsi) = (0, 0, 0);
            return
            [
                .. Disks.Select(disk =>
                    disk.Bus switch
                    {
                        DiskBus.Virtio => $"/dev/vd{(char)('a' + virtio++)}",
                        DiskBus.Nvme => $"/dev/nvme{nvme++}n1",
                        _ => $"/dev/sd{(char)('a' + scsi++)}",
                    }
                ),
            ];
        }
    }

    /// <summary>The addresses of its network interfaces, the one that it boots from first.</summary>
    public required IReadOnlyList<MacAddress> Macs { get; init; }

    /// <summary>What it boots on this machine; null for the stand-in.</summary>
    public required ImageDefinition? Image { get; init; }

    /// <summary>Kernel arguments, beside those of the image.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>True where it has a TPM.</summary>
    public required bool HasTpm { get; init; }

    /// <summary>The serial console of the real machine, as Linux calls it; null for the one that its firmware names.</summary>
    public required string? Console { get; init; }

    /// <summary>TCP ports that are reached from the host, beside its API's: those of the definition, and Kubernetes' where it runs that of a cluster.</summary>
    public required IReadOnlyList<int> Ports { get; init; }

    /// <summary>The commands that switch it on and off where it is a real machine.</summary>
    public required PowerDefinition Power { get; init; }

    /// <summary>What it is on AWS.</summary>
    public required NodeLaunch Launch { get; init; }

    /// <summary>The machine of a node of a lab.</summary>
    internal static NodeMachine Of(LabDefinition lab, NodeDefinition node)
    {
        var role = lab.Roles.GetValueOrDefault(node.Role);
        MachineDefinition[] levels = [node, .. role is null ? Array.Empty<MachineDefinition>() : [role], lab.Machine];
        T? Nearest<T>(Func<MachineDefinition, T?> value) => levels.Select(value).FirstOrDefault(value => value is not null);
        var architecture = Nearest(level => level.Arch) ?? Architecture.Arm64;
        var launch = NodeLaunch.Of(lab, role?.Launch, node, architecture);
        return new()
        {
            Role = node.Role,
            Architecture = architecture,
            Cpus = Nearest(level => level.Cpus) ?? 1,
            MemoryMib = Nearest(level => level.MemoryMib),
            Disks = Nearest(DisksOf) ?? [.. new[] { launch.DiskGib, launch.DataDiskGib }.Where(gib => gib > 0).Select(Disk)],
            Macs = [.. Enumerable.Range(0, Nearest(level => level.Nics) ?? 1).Select(node.Mac.OfInterface)],
            Image = Nearest(level => level.Image) ?? lab.ImageOfAll(),
            Arguments = [.. lab.Boot.Arguments, .. Nearest(level => level.Arguments) ?? []],
            HasTpm = Nearest(level => level.Tpm) ?? false,
            Console = Nearest(level => level.Console),
            Ports =
            [
                .. (Nearest(level => level.Ports) ?? [])
                    .Select(port => port.Number)
                    .Concat(lab.Cluster is not null && node.Role == ControlPlane ? [ClusterPlan.KubernetesPort] : Array.Empty<int>())
                    .Distinct(),
            ],
            Power = new()
            {
                On = Nearest(level => level.Power?.On),
                Off = Nearest(level => level.Power?.Off),
                Cycle = Nearest(level => level.Power?.Cycle),
            },
            Launch = launch,
        };
    }

    private static IReadOnlyList<DiskDefinition>? DisksOf(MachineDefinition level) =>
        level.Disks
        ?? (
            level.DiskGib is { } gib
                ? gib > 0
                    ? [Disk(gib)]
                    : []
                : null
        );

    private static DiskDefinition Disk(int gib) => new() { Gib = gib };
}

/// <summary>What a node is on AWS.</summary>
/// <param name="InstanceType">EC2 instance type.</param>
/// <param name="DiskGib">Size of the disk that it boots from.</param>
/// <param name="DataDiskGib">Size of a second disk; 0 for none.</param>
/// <param name="Zone">Availability zone.</param>
/// <param name="PrivateAddress">Its address there, known before the launch; null for a further node, whose address Amazon chooses.</param>
public sealed record NodeLaunch(string InstanceType, int DiskGib, int DataDiskGib, string Zone, IPAddress? PrivateAddress)
{
    /// <summary>Its processor's architecture.</summary>
    public Architecture Architecture { get; init; }

    /// <summary>How its capacity is bought.</summary>
    public Market Market { get; init; }

    /// <summary>The OCI image that it boots from the bastion.</summary>
    public required string Image { get; init; }

    /// <summary>What tells it, of all that the bastion serves, from what nodes boot that are launched otherwise.</summary>
    public (string Reference, Architecture Architecture) Boot => (Image, Architecture);

    /// <summary>True where some node of a lab is bought as spot capacity.</summary>
    public static bool AnySpot(LabDefinition lab) =>
        lab.Launch.Market == Market.Spot || lab.Nodes.Any(node => lab.MachineOf(node).Launch.Market == Market.Spot);

    /// <summary>All instance types that nodes of a lab have, that of further nodes first.</summary>
    public static IReadOnlyList<string> TypesOf(LabDefinition lab) =>
        [.. lab.Nodes.Select(node => lab.MachineOf(node).Launch.InstanceType).Prepend(Further(lab).InstanceType).Distinct()];

    /// <summary>
    /// A node that the definition does not name, as the launch template has it: of the architecture of <c>launch.instanceType</c>, or where no
    /// node of the definition is of that, of theirs.
    /// </summary>
    public static NodeLaunch Further(LabDefinition lab)
    {
        var (architecture, all) = (InstanceTypes.ArchitectureOf(lab.Launch.InstanceType), Architectures.Of(lab));
        architecture = all.Contains(architecture) ? architecture : all[0];
        return new(TypeOf(lab, architecture), lab.Launch.DiskGib, lab.Launch.DataDiskGib, lab.Zone, PrivateAddress: null)
        {
            Architecture = architecture,
            Market = lab.Launch.Market,
            Image = lab.Boot.Image,
        };
    }

    /// <summary>What an instance is launched as.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="name">The node's name; any other is a further node's.</param>
    public static NodeLaunch OfInstance(LabDefinition lab, string? name) => lab.FindNode(name) is { } node ? lab.MachineOf(node).Launch : Further(lab);

    internal static NodeLaunch Of(LabDefinition lab, NodeLaunchDefinition? role, NodeDefinition node, Architecture architecture) =>
        new(
            node.Launch?.InstanceType ?? role?.InstanceType ?? TypeOf(lab, architecture),
            node.Launch?.DiskGib ?? role?.DiskGib ?? lab.Launch.DiskGib,
            node.Launch?.DataDiskGib ?? role?.DataDiskGib ?? lab.Launch.DataDiskGib,
            node.Launch?.Zone ?? role?.Zone ?? lab.Zone,
            node.Launch?.PrivateAddress ?? node.Address
        )
        {
            Architecture = architecture,
            Market = node.Launch?.Market ?? role?.Market ?? lab.Launch.Market,
            Image = node.Launch?.Image ?? role?.Image ?? lab.Boot.Image,
        };

    /// <summary>What nodes are that have no type of their own: <c>launch.instanceType</c>, where that is of their architecture.</summary>
    private static string TypeOf(LabDefinition lab, Architecture architecture) =>
        InstanceTypes.ArchitectureOf(lab.Launch.InstanceType) == architecture ? lab.Launch.InstanceType : InstanceTypes.DefaultOf(architecture);
}
