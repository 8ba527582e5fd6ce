using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>IPv6 that is rehearsed only.</summary>
internal sealed class RehearsedIpv6Check()
    : LabCheck(
        "ipv6-rehearsed",
        Severity.Info,
        "network.ipv6",
        "Nothing: the router of a real network announces its own prefix, and a VPC has Amazon's.",
        "https://www.rfc-editor.org/rfc/rfc4861"
    )
{
    public override bool HoldsAtHome => true;

    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Network.Ipv6 is { } prefix ? $"{prefix} is announced in the network of {LabCommand.Line("up")} only." : null;
}
