using System.ComponentModel;
using System.Net;

namespace Lab.Model.Definition;

/// <summary>The bastion.</summary>
public sealed record BastionDefinition
{
    [Description("Static address of the bastion in the private subnet.")]
    public IPAddress Address { get; init; } = IPAddress.Parse("10.20.13.140");

    [Description("TCP port of the boot server.")]
    public Port BootPort { get; init; } = new(8080);
}
