using Lab.Model.Definition;
using Lab.Model.Services;

namespace Lab.Model.Checks;

/// <summary>Talos told that it runs on EC2.</summary>
internal sealed class TalosPlatformCheck()
    : LabCheck(
        "talos-platform",
        Severity.Error,
        "boot.arguments",
        "Remove talos.platform=aws: a netbooted Talos is talos.platform=metal.",
        "https://www.talos.dev/latest/reference/kernel/"
    )
{
    protected override string? Explain(LabDefinition lab, DateOnly date) =>
        lab.Nodes.Any(node => lab.MachineOf(node).Arguments.Contains(BootImage.AwsPlatform))
            ? "With talos.platform=aws Talos reads the instance's user data as its configuration, and that is the iPXE script."
            : null;
}
