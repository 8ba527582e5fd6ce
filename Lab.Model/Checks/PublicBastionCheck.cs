using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>An instance with a public address.</summary>
internal sealed class PublicBastionCheck()
    : LabCheck(
        "egress-public-bastion",
        Severity.Info,
        "network.egress",
        "Accept it, or choose network.egress ipv6 and a registry with IPv6.",
        "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_NAT_Instance.html"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Network.Egress == Egress.Bastion
            ? "The bastion has an interface with a public IPv4 address in the public subnet; the specification wants none. No rule lets anything in over IPv4."
            : null;
}
