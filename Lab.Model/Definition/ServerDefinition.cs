using System.ComponentModel;
using System.Net;

namespace Lab.Model.Definition;

/// <summary>The bastion, in the words of a home.</summary>
public sealed record ServerDefinition
{
    [Description("Address of the machine that serves the lab: another word for bastion.address.")]
    [Example("10.20.13.140")]
    public IPAddress? Address { get; init; }
}
