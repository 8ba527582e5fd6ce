using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Lab.Model.Definition;

/// <summary>
/// What a machine is and boots, as it is said of all nodes (<c>machine</c>), of a role or of one node. Null is what the next one says; all
/// of it together is <see cref="NodeMachine"/>.
/// </summary>
public record MachineDefinition
{
    [Description("Processor: arm64 (the default) or amd64.")]
    [Example("arm64")]
    public Architecture? Arch { get; init; }

    [Description("Processors of the virtual machine; without it 1.")]
    [Range(1, 64, ErrorMessage = "a machine has {1} to {2} processors")]
    [Example(2)]
    public int? Cpus { get; init; }

    [Description("Memory of the virtual machine in MiB; without it 512 for the stand-in, 1024 for image and 2048 for Talos.")]
    [Range(256, 65_536, ErrorMessage = "memory is {1} to {2} MiB")]
    [Example(2048)]
    public int? MemoryMib { get; init; }

    [Description("Size of the virtual machine's only disk in GiB, 0 for none: short for disks. Without both as on AWS, see launch.diskGib.")]
    [Range(0, 1024, ErrorMessage = "a node's disk is 1 to {2} GiB, or {1} for none")]
    public int? DiskGib { get; init; }

    [Description("Disks of the virtual machine; it boots from the first. [] for none.")]
    [MaxLength(8, ErrorMessage = "a machine has at most {1} disks")]
    public IReadOnlyList<DiskDefinition>? Disks { get; init; }

    [Description("Network interfaces of the virtual machine; without it 1. It boots from the first; the others are in the same network.")]
    [Range(1, 4, ErrorMessage = "a machine has {1} to {2} network interfaces")]
    [Example(1)]
    public int? Nics { get; init; }

    [Description("A TPM 2.0 of the virtual machine; without it none. Needs swtpm on this machine.")]
    public bool? Tpm { get; init; }

    [Description("What it boots on this machine, as image.")]
    public ImageDefinition? Image { get; init; }

    [Description("Kernel arguments, after those of boot.arguments.")]
    [RegularExpression(TextForms.KernelArgument)]
    [Example("net.ifnames=0")]
    public IReadOnlyList<string>? Arguments { get; init; }

    [Description("Serial console of the real machine as Linux calls it, with its speed; without it the one that the firmware names.")]
    [RegularExpression(TextForms.Console)]
    [Example("ttyS2,1500000")]
    public string? Console { get; init; }

    [Description("TCP ports of the node, beside its API's, that are reached from this machine through ports of 127.0.0.1.")]
    [MaxLength(32, ErrorMessage = "a node has at most {1} such ports")]
    public IReadOnlyList<Port>? Ports { get; init; }

    [Description("Commands of yours that switch a real machine on and off, which lab serve runs.")]
    public PowerDefinition? Power { get; init; }
}

/// <summary>What the nodes of a role have in common.</summary>
public sealed record RoleDefinition : MachineDefinition
{
    [Description("Whether the role is filled once: a second node of it is an error. For a gateway, of which a network has one.")]
    public bool Single { get; init; }

    [Description("How the nodes of the role are launched on AWS, where that differs from launch.")]
    public NodeLaunchDefinition? Launch { get; init; }
}
