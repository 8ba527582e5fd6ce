using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Lab.Model.Definition;

/// <summary>A machine that boots from the network.</summary>
public sealed record NodeDefinition : MachineDefinition
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

    [Description("Address that DHCP gives it, in the private subnet and outside the DHCP range; without it the next that is free.")]
    [Derived]
    [Example("10.20.13.11")]
    public required IPAddress Address { get; init; }

    [Description("What it is in the cluster: controlplane, worker or a name of roles, whose settings it takes.")]
    [RegularExpression(TextForms.Name)]
    public string Role { get; init; } = NodeMachine.ControlPlane;

    [Description("How it is launched on AWS, where that differs from its role and from launch.")]
    public OwnLaunchDefinition? Launch { get; init; }
}
