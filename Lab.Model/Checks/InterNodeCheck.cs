using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>Nodes that cannot talk to each other.</summary>
internal sealed class InterNodeCheck()
    : LabCheck(
        "nodes-cannot-talk",
        Severity.Warning,
        "network.interNodeEgress",
        "Set network.interNodeEgress to true.",
        "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Nodes.Count > 1 && !lab.Network.InterNodeEgress
            ? "As specified, nodes may receive from each other but send only to the bastion and to tcp 443: etcd and the overlay network of a cluster cannot form."
            : null;
}
