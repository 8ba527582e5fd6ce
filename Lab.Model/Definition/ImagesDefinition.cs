using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Lab.Model.Services;

namespace Lab.Model.Definition;

/// <summary>The container images of the services, on the bastion and, where containers are used, on this machine.</summary>
public sealed record ImagesDefinition
{
    [Description("The boot server.")]
    [RegularExpression(TextForms.Image)]
    public string Matchbox { get; init; } = ContainerImages.Matchbox;

    [Description("DHCP and TFTP; on this machine the name server too.")]
    [RegularExpression(TextForms.Image)]
    public string Dnsmasq { get; init; } = ContainerImages.Dnsmasq;

    [Description("The registry caches: CNCF Distribution.")]
    [RegularExpression(TextForms.Image)]
    public string Registry { get; init; } = ContainerImages.Registry;

    [Description("The name server of the bastion on AWS.")]
    [RegularExpression(TextForms.Image)]
    public string PiHole { get; init; } = ContainerImages.PiHole;
}
