using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>The only name server sleeps most of the day.</summary>
internal sealed class SingleDnsCheck()
    : LabCheck(
        "dns-only-bastion",
        Severity.Error,
        "network.dhcpOptions.nameServers",
        "Add Amazon's name server (the VPC's base address plus two).",
        "https://docs.aws.amazon.com/vpc/latest/userguide/DHCPOptionSetConcepts.html"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Network.Existing is null && lab.Network.DhcpOptions.Servers(lab).All(lab.Bastion.Address.Equals)
            ? $"The bastion {lab.Bastion.Address} is the only name server, is down most of the day, and itself boots with it as its name server."
            : null;
}
