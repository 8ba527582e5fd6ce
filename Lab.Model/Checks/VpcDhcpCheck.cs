using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>A VPC has no DHCP but Amazon's.</summary>
internal sealed class VpcDhcpCheck()
    : LabCheck(
        "dhcp-in-vpc",
        Severity.Info,
        "dhcp",
        "Nothing: on AWS nodes boot from the iPXE script of their launch template. Rehearse DHCP with the local lab.",
        "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_DHCP_Options.html"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        "A VPC carries no broadcast, so dnsmasq on the bastion leases nothing there; Amazon's DHCP has no next-server and no filename.";
}
