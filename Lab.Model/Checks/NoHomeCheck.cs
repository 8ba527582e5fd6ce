using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>Nobody may log in.</summary>
internal sealed class NoHomeCheck()
    : LabCheck(
        "ssh-no-home",
        Severity.Warning,
        "access.ipv6",
        $"Set access.ipv6, or the environment variable HOME_IPV6, then run: {DeployCommand.Line("access")}",
        "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-migrate-ipv6.html"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Access.Ipv6 is null ? "No home address is set, so nobody can reach the bastion with SSH." : null;
}
