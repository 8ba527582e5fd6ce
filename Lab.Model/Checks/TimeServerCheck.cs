using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>Nodes that may only use tcp 443 have no clock.</summary>
internal sealed class TimeServerCheck()
    : LabCheck(
        "ntp-unreachable",
        Severity.Warning,
        "network.dhcpOptions.ntpServers",
        "Set network.dhcpOptions.ntpServers to [169.254.169.123].",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configure-ec2-ntp.html"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Network.Existing is not null || lab.Network.DhcpOptions.NtpServers.Contains(DhcpOptionsDefinition.AmazonTime)
            ? null
            : "Nodes reach the internet over tcp 443 only, so no time server but Amazon's answers them, and certificates fail on a wrong clock.";
}
