using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Lab.Model.Definition;

/// <summary>A machine that boots from the network.</summary>
public sealed record NodeDefinition
{
    /// <summary>The node that a lab has when its file names none.</summary>
    public static NodeDefinition First { get; } =
        new()
        {
            Name = "cp1",
            Mac = MacAddress.Parse("52:54:00:13:00:01"),
            Address = IPAddress.Parse("10.20.13.11"),
        };

    [Description("Host name of the node.")]
    [RegularExpression(TextForms.Name)]
    [Example("cp1")]
    public required string Name { get; init; }

    [Description("MAC address of its network interface.")]
    [Example("52:54:00:13:00:01")]
    public required MacAddress Mac { get; init; }

    [Description("Address that DHCP gives it, in the private subnet and outside the DHCP range.")]
    [Example("10.20.13.11")]
    public required IPAddress Address { get; init; }

    /// <summary>Memory in MiB; null lets the image decide.</summary>
    [Description("Memory of the virtual machine in MiB; without it 512 for the stand-in, 1024 for image and 2048 for Talos.")]
    [Range(256, 65_536, ErrorMessage = "memory is {1} to {2} MiB")]
    [Example(2048)]
    public int? MemoryMib { get; init; }

    /// <summary>Size of the disk in GiB, 0 for none; null takes <see cref="LaunchDefinition.DiskGib"/>, see <see cref="LabDefinition.DiskGibOf"/>.</summary>
    [Description("Size of the virtual machine's disk in GiB, 0 for none; without it launch.diskGib, as on AWS.")]
    [Range(0, 1024, ErrorMessage = "a node's disk is 1 to {2} GiB, or {1} for none")]
    [Example(20)]
    public int? DiskGib { get; init; }
}
