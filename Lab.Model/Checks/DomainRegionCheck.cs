using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>The internal domain of another region.</summary>
internal sealed class DomainRegionCheck()
    : LabCheck(
        "dhcp-domain-region",
        Severity.Warning,
        "network.dhcpOptions.domainName",
        "Set network.dhcpOptions.domainName to REGION.compute.internal.",
        "https://docs.aws.amazon.com/vpc/latest/userguide/DHCPOptionSetConcepts.html"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Network.Existing is null && lab.Network.DhcpOptions.DomainName == "ec2.internal" && lab.Region != "us-east-1"
            ? $"ec2.internal is the internal domain of us-east-1; names of instances in {lab.Region} end in {lab.Region}.compute.internal."
            : null;
}
