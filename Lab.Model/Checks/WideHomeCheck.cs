using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>SSH open to more than one machine.</summary>
internal sealed class WideHomeCheck()
    : LabCheck(
        "ssh-wide",
        Severity.Warning,
        "access.ipv6",
        $"Name one address; when it changes, run: {DeployCommand.Line("access")}",
        "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Access.Ipv6 is { PrefixLength: < 128 } home ? $"SSH is open to every machine of {home}; the specification wants one address." : null;
}
