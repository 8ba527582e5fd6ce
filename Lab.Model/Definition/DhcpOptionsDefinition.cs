using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Lab.Model.Definition;

/// <summary>What Amazon's DHCP tells the instances of the VPC. It has no next-server and no filename: network boot does not begin here.</summary>
public sealed record DhcpOptionsDefinition
{
    [Description("Domain name of the instances. Amazon's own is REGION.compute.internal (ec2.internal in us-east-1).")]
    [RegularExpression(TextForms.DomainName)]
    [Example("eu-west-1.compute.internal")]
    public string DomainName { get; init; } = "ec2.internal";

    /// <summary>Null for the specification's: the bastion, then Amazon's.</summary>
    [Description("Name servers, at most 4; without it the bastion, then Amazon's (the VPC's base address plus two).")]
    [Length(1, 4, ErrorMessage = "a DHCP option set takes {1} to {2} name servers")]
    public IReadOnlyList<IPAddress>? NameServers { get; init; }

    [Description("Time servers, at most 4. Amazon's is reached without a rule in any security group.")]
    [MaxLength(4, ErrorMessage = "a DHCP option set takes at most {1} time servers")]
    public IReadOnlyList<IPAddress> NtpServers { get; init; } = [AmazonTime];

    /// <summary>The Amazon Time Sync Service.</summary>
    public static IPAddress AmazonTime => IPAddress.Parse("169.254.169.123");

    /// <summary>The address of Amazon's name server in a VPC.</summary>
    public static IPAddress AmazonDns(LabDefinition lab) => lab.Network.Vpc.BaseAddress.Plus(2);

    /// <summary>The name servers in the order in which they are asked.</summary>
    public IReadOnlyList<IPAddress> Servers(LabDefinition lab) => NameServers ?? [lab.Bastion.Address, AmazonDns(lab)];
}
