using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>A bastion that cannot install anything.</summary>
internal sealed class SealedBastionCheck()
    : LabCheck(
        "egress-none",
        Severity.Warning,
        "network.egress",
        "Give the group an image that has docker, the containers and the Talos assets, or choose network.egress ipv6.",
        "https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Network.Egress == Egress.None
            ? $"With network.egress none the bastion installs no package, pulls no image, and cannot ask EC2 for its address {lab.Bastion.Address}."
            : null;
}
