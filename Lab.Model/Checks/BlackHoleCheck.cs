using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>A route to a machine that is off.</summary>
internal sealed class BlackHoleCheck()
    : LabCheck(
        "egress-black-hole",
        Severity.Info,
        "network.egress",
        "Launch nodes only while the bastion is up.",
        "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_NAT_Instance.html"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Network.Egress == Egress.Bastion ? "Nodes reach the internet through the bastion: while it is off, their default route leads nowhere." : null;
}
