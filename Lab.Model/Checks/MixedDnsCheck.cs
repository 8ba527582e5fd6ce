using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>Two name servers that answer differently.</summary>
internal sealed class MixedDnsCheck()
    : LabCheck(
        "dns-mixed",
        Severity.Info,
        "network.dhcpOptions.nameServers",
        "Expect that lab names do not resolve while the bastion is down.",
        "https://docs.aws.amazon.com/vpc/latest/userguide/DHCPOptionSetConcepts.html"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Network.Existing is null
        && lab.Network.DhcpOptions.Servers(lab) is { Count: > 1 } servers
        && servers.Contains(DhcpOptionsDefinition.AmazonDns(lab))
        && servers.Contains(lab.Bastion.Address)
            ? "Amazon's name server and the bastion's answer differently, and a client may ask either: AWS discourages the mix."
            : null;
}
