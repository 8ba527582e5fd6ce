using Lab.Model.Definition;

namespace Lab.Model.Checks;

/// <summary>In a VPC that is not the lab's, nobody tells the nodes which time server answers them.</summary>
internal sealed class ExistingTimeCheck()
    : LabCheck(
        "existing-time",
        Severity.Info,
        "network.existing",
        "Set machine.time.servers to [169.254.169.123] in the nodes' machine configurations; names of the lab are known to the bastion's name server only.",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configure-ec2-ntp.html"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Network.Existing is null
            ? null
            : "An existing VPC keeps its DHCP options, so network.dhcpOptions is not applied: nodes hear neither of Amazon's time server nor of the bastion's name server by DHCP.";
}
